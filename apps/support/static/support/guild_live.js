// Keeps a page of the desk as it is now: the server's own HTML is fetched again at each change (server-sent events)
// and every few seconds, and parts that differ are put in. No text of a guild's ever becomes HTML here.
"use strict";

const REFRESH_MS = 5_000;
const EVENTS_AGAIN_MS = 3_000;
const GATHER_MS = 150;

const live = document.getElementById("desk-live");
const note = document.getElementById("desk-note");
const shown = new Map();
let since = performance.now();
let running = false;
let missed = false;
let gathering = null;

function say(text) {
  if (note.textContent !== text) note.textContent = text;
}

function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function movePosition() {
  for (const bar of live.querySelectorAll("progress[data-moves='1']")) {
    const length = Number(bar.dataset.length);
    const reckoned = Number(bar.dataset.position) + performance.now() - since;
    const position = length ? Math.min(reckoned, length) : reckoned;
    if (length) bar.value = position;
    bar.parentElement.querySelector("[data-elapsed]").textContent = clock(position);
  }
}

function sameFocus(part, before) {
  const href = before.getAttribute("href");
  const found = [...part.querySelectorAll("a, [tabindex]")].find((one) =>
    href ? one.getAttribute("href") === href : one.getAttribute("aria-labelledby") === before.getAttribute("aria-labelledby"));
  found?.focus({ preventScroll: true });
}

function put(text) {
  for (const fresh of new DOMParser().parseFromString(text, "text/html").querySelectorAll("[data-part]")) {
    const old = document.getElementById(fresh.id);
    if (old === null || shown.get(fresh.id) === fresh.innerHTML) continue;
    shown.set(fresh.id, fresh.innerHTML);
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const scrolled = old.querySelector(".desk-tall")?.scrollTop ?? 0;
    const part = document.adoptNode(fresh);
    old.replaceWith(part);
    if (scrolled) part.querySelector(".desk-tall")?.scrollTo(0, scrolled);
    if (focused) sameFocus(part, focused);
  }
  since = performance.now();
  movePosition();
}

async function refresh() {
  if (document.hidden || running) {
    missed = running;
    return;
  }
  running = true;
  try {
    const answer = await fetch(live.dataset.live, { redirect: "manual" });
    if (answer.ok) {
      put(await answer.text());
      say("");
    } else {
      say(answer.type === "opaqueredirect" || answer.status === 403
        ? "You are not signed in any more: reload the page."
        : "This page cannot be brought up to date just now. It tries again.");
    }
  } catch {
    say("The server cannot be reached. This page tries again.");
  }
  running = false;
  if (missed) {
    missed = false;
    soon();
  }
}

function soon() {
  gathering ??= setTimeout(() => {
    gathering = null;
    refresh();
  }, GATHER_MS);
}

// The browser reconnects by itself where the stream ends; where it was refused, somebody has to.
function listen() {
  const events = new EventSource(live.dataset.events);
  for (const name of ["player", "queue"]) events.addEventListener(name, soon);
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, EVENTS_AGAIN_MS);
  });
}

if (live.dataset.events) listen();
document.addEventListener("visibilitychange", refresh);
setInterval(refresh, REFRESH_MS);
setInterval(movePosition, 250);
