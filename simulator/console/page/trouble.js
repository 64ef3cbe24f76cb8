// A panel that breaks things in the simulated world, to see what the bot makes of it.

import { post, remove } from "./control.js";
import { icon, make, notice } from "./dom.js";
import { guild, me, store } from "./store.js";

const fault =
  (target, kind, more = {}) =>
  () =>
    post("/faults", { target, kind, ...more });
const inGuild =
  (target, kind, more = {}) =>
  () =>
    fault(target, kind, { guild_id: store.guildId, ...more })();
const moveBot = (channelId) =>
  post("/voice", { guild_id: store.guildId, user_id: guild().bot_user_id, channel_id: channelId });

/** [group, [[words, what happens], …]] */
const TROUBLES = [
  [
    "Music",
    [
      ["Kill the Lavalink node; it starts again", fault("node", "kill")],
      ["Lose the next 50 frames", inGuild("voice", "lose_frames", { count: 50 })],
      ["Close the bot's voice connection (4006)", inGuild("voice", "close", { code: 4006 })],
    ],
  ],
  [
    "Discord",
    [
      ["Cut the gateway's connection", fault("gateway", "drop")],
      ["End the gateway's session", fault("gateway", "invalidate")],
      ["Answer the next 5 requests with 503", fault("rest", "status", { status: 503, count: 5 })],
      ["Answer the next 5 requests 2 seconds late", fault("rest", "delay", { ms: 2000, count: 5 })],
    ],
  ],
  [
    "Members",
    [
      ["Kick the bot from voice", () => moveBot(null)],
      ["Move the bot to your voice channel", () => moveBot(me().voice_channel_id)],
      ["Remove the bot from this server", () => remove(`/guilds/${store.guildId}`)],
      ["Invite the bot again", () => post(`/guilds/${store.guildId}/bot`, {})],
    ],
  ],
];

function open() {
  const done = make("p", { role: "status", class: "subtext" }, "The listening meter shows what of it can be heard.");
  const press = (words, what) =>
    make(
      "button",
      { type: "button", class: "button button-secondary", onclick: () => strike(words, what, done) },
      words,
    );
  const groups = TROUBLES.map(([name, list]) =>
    make("fieldset", {}, make("legend", {}, name), ...list.map(([words, what]) => press(words, what))),
  );
  const dialog = make(
    "dialog",
    { class: "form trouble", "aria-labelledby": "trouble-title" },
    make("h2", { id: "trouble-title" }, "Break something"),
    ...groups,
    done,
    make(
      "div",
      { class: "form-end" },
      press("Mend everything", () => remove("/faults")),
      make("button", { type: "button", class: "button button-primary", onclick: () => dialog.close() }, "Close"),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

async function strike(words, what, done) {
  try {
    await what();
    done.textContent = `Done: ${words}.`;
  } catch (error) {
    notice(error.message);
    done.textContent = error.message;
  }
}

export function troubleButton() {
  const attributes = {
    type: "button",
    class: "icon-button",
    "aria-label": "Break something",
    title: "Break something",
  };
  return make("button", { ...attributes, onclick: open }, icon("bolt"));
}
