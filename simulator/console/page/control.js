// Speaks to the control API: requests, and the socket that tells what changes.

const RETRY_FIRST_MS = 300;
const RETRY_MOST_MS = 5000;

/** The JSON answer; throws an Error with the API's own sentence. */
async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(`/control${path}`, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error("The simulator does not answer.");
  }
  const content = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(content?.error ?? `The simulator answered with ${answer.status}.`);
  return content;
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
export const remove = (path) => ask("DELETE", path);

/** The address of a control WebSocket. */
export function socketUrl(path) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/control${path}`;
}

/** Calls `told` with each change; connects again by itself. `linked(true)` comes after each (re)connection. */
export function follow(told, linked) {
  let wait = RETRY_FIRST_MS;
  const connect = () => {
    const socket = new WebSocket(socketUrl("/live"));
    socket.onmessage = (message) => {
      const change = JSON.parse(message.data);
      if (change.type === "hello") {
        wait = RETRY_FIRST_MS;
        linked(true);
      } else told(change);
    };
    socket.onclose = () => {
      linked(false);
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, RETRY_MOST_MS);
    };
  };
  connect();
}
