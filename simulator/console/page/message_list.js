// The open channel's messages, oldest first, and the member's commands that are under way.

import { avatar, byId, icon, make } from "./dom.js";
import { messageElement } from "./message.js";
import { me, on, store } from "./store.js";

const JOINED_MS = 7 * 60 * 1000;
const NEAR_END_PX = 80;
const dismissed = new Set(JSON.parse(sessionStorage.getItem("dismissed") ?? "[]"));
let atEnd = true;

const visible = () =>
  [...store.messages.values()]
    .filter((message) => !message.seen_by || message.seen_by === store.userId)
    .filter((message) => !(message.ephemeral && !message.seen_by) && !dismissed.has(message.id))
    .sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));

function joins(message, before) {
  return (
    Boolean(before) &&
    !message.command &&
    !message.ephemeral &&
    !before.ephemeral &&
    before.author.id === message.author.id &&
    new Date(message.timestamp) - new Date(before.timestamp) < JOINED_MS
  );
}

/** Keeps elements of unchanged messages, so that focus, open menus and the reader's place stay. */
function paint() {
  const list = byId("messages");
  const known = new Map([...list.children].map((element) => [element.dataset.id, element]));
  let before = null;
  const wanted = visible().map((message) => {
    const joined = joins(message, before);
    before = message;
    const element = known.get(message.id);
    const same = element && element.message === message && element.joined === joined && element.place === store.guildId;
    return same ? element : replace(element, message, joined);
  });
  if (wanted.length === 0)
    wanted.push(make("li", { class: "empty" }, "Nothing here yet. Type / to see what the bot can do."));
  arrange(list, wanted);
  keepPlace();
}

/** Moving an element in the document takes its focus away, so those in their place are not touched. */
function arrange(list, wanted) {
  const kept = new Set(wanted);
  for (const element of [...list.children]) if (!kept.has(element)) element.remove();
  wanted.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
}

function replace(former, message, joined) {
  const fresh = messageElement(message, { joined, dismiss });
  Object.assign(fresh, { message, joined, place: store.guildId });
  const focused = former?.contains(document.activeElement) ? document.activeElement.dataset.customId : null;
  if (focused)
    queueMicrotask(() =>
      fresh.querySelector(`[data-custom-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true }),
    );
  return fresh;
}

function dismiss(messageId) {
  dismissed.add(messageId);
  sessionStorage.setItem("dismissed", JSON.stringify([...dismissed].slice(-200)));
  paint();
  byId("text")?.focus();
}

/** One message changed: only its element is made anew. */
function repaint(message) {
  const former = byId("messages").querySelector(`[data-id="${message.id}"]`);
  if (!former) return paint();
  former.replaceWith(replace(former, message, former.joined));
  settlePending();
  keepPlace();
}

function keepPlace() {
  if (atEnd) toEnd();
  else byId("to-present").hidden = false;
}

function toEnd() {
  const scroll = byId("scroll");
  scroll.scrollTop = scroll.scrollHeight;
  byId("to-present").hidden = true;
}

/** A line per command sent: greyed until the bot responds, red if it does not. */
export function pendingCommand(words) {
  const state = make("span", { class: "pending-state" }, "Sending command…");
  const line = make(
    "li",
    { class: "message is-pending" },
    make(
      "p",
      { class: "used" },
      icon("reply"),
      avatar(me()),
      make("b", {}, me().name),
      " used ",
      make("span", { class: "mention" }, words),
    ),
    make("span", { class: "gutter" }),
    make("div", { class: "body" }, state),
  );
  byId("pending").append(line);
  toEnd();
  return {
    belongsTo: (id) => {
      line.dataset.interaction = id;
      settlePending();
    },
    done: () => line.remove(),
    failed: (sentence) => {
      line.classList.add("is-failed");
      state.replaceChildren(
        make("span", { role: "alert" }, sentence),
        " ",
        make("button", { type: "button", class: "text-button", onclick: () => line.remove() }, "Dismiss message"),
      );
      toEnd();
    },
  };
}

/** The answer itself takes the place of the line. */
function settlePending() {
  const answeredIds = new Set([...store.messages.values()].map((message) => message.interaction_metadata?.id));
  for (const line of byId("pending").children) if (answeredIds.has(line.dataset.interaction)) line.remove();
}

export function startMessageList() {
  const scroll = byId("scroll");
  scroll.addEventListener("scroll", () => {
    atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;
    if (atEnd) byId("to-present").hidden = true;
  });
  new ResizeObserver(() => atEnd && toEnd()).observe(byId("messages"));
  new ResizeObserver(() => atEnd && toEnd()).observe(scroll);
  byId("to-present").addEventListener("click", toEnd);
  on("messages", () => {
    settlePending();
    paint();
  });
  on("message", repaint);
  on("where", () => {
    byId("pending").replaceChildren();
    atEnd = true;
    toEnd();
  });
}
