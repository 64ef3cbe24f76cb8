// Servers on the rail, channels beside it, and who is in which voice channel.

import { post } from "./control.js";
import { avatar, byId, icon, make, notice } from "./dom.js";
import { closeDrawer } from "./drawer.js";
import { channel, go, guild, inVoice, me, on, store } from "./store.js";
import { joinVoice } from "./voice.js";

function paintRail() {
  const buttons = store.guilds.map((one) =>
    make(
      "button",
      {
        type: "button",
        class: "guild",
        title: one.name,
        "aria-label": one.name,
        "aria-current": one.id === store.guildId ? "true" : null,
        onclick: () => go({ guildId: one.id }),
      },
      initials(one.name),
    ),
  );
  const found = make(
    "button",
    {
      type: "button",
      class: "guild guild-new",
      "aria-label": "Add a server",
      title: "Add a server",
      onclick: foundGuild,
    },
    icon("plus"),
  );
  repaint(byId("rail"), [...buttons, found]);
}

const initials = (name) =>
  name
    .replace(/[’']s\b/gi, "")
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .join("")
    .slice(0, 3);

async function foundGuild() {
  try {
    const made = await post("/guilds", { name: `Server ${store.guilds.length + 1}` });
    store.guilds.push(made);
    await go({ guildId: made.id });
  } catch (error) {
    notice(error.message);
  }
}

function paintChannels() {
  const place = guild();
  byId("guild-name").textContent = place?.name ?? "No server";
  byId("channel-name").replaceChildren(icon("text"), channel()?.name ?? "");
  document.title = channel() ? `#${channel().name} | ${place.name}` : "Segue console";
  if (!place) return repaint(byId("channels"), []);
  const kinds = [
    ["text", "Text channels", textChannel],
    ["voice", "Voice channels", voiceChannel],
  ];
  repaint(
    byId("channels"),
    kinds.flatMap(([type, words, build]) => [
      make("h3", { id: `kind-${type}` }, words),
      make(
        "ul",
        { "aria-labelledby": `kind-${type}` },
        ...place.channels.filter((one) => one.type === type).map(build),
      ),
    ]),
  );
}

function textChannel(one) {
  const attributes = {
    type: "button",
    class: "channel",
    "data-key": one.id,
    "aria-current": one.id === store.channelId ? "page" : null,
  };
  return make(
    "li",
    {},
    make(
      "button",
      {
        ...attributes,
        onclick: () => {
          closeDrawer();
          go({ channelId: one.id });
        },
      },
      icon("text"),
      one.name,
    ),
  );
}

function voiceChannel(one) {
  const inside = inVoice(one.id);
  const here = me()?.voice_channel_id === one.id;
  const limit = one.user_limit ? make("small", {}, `${inside.length}/${one.user_limit}`) : null;
  const button = make(
    "button",
    {
      type: "button",
      class: "channel",
      "data-key": one.id,
      "aria-pressed": String(here),
      "aria-label": `${one.name}, voice channel, ${inside.length} connected${here ? ", you are in it" : ""}`,
      onclick: () => joinVoice(one.id),
    },
    icon("voice"),
    one.name,
    limit,
  );
  const list = make(
    "ul",
    { class: "in-voice", "aria-label": `In ${one.name}` },
    ...inside.map((member) =>
      make(
        "li",
        { class: member.bot ? "is-bot" : null },
        avatar(member),
        member.name,
        member.bot ? make("span", { class: "tag" }, "BOT") : null,
      ),
    ),
  );
  return make("li", {}, button, inside.length ? list : null);
}

/** New children; the focus stays on the button of the same key. */
export function repaint(parent, children) {
  const key = parent.contains(document.activeElement)
    ? (document.activeElement.dataset.key ?? document.activeElement.title)
    : null;
  parent.replaceChildren(...children);
  if (key) [...parent.querySelectorAll("button")].find((one) => (one.dataset.key ?? one.title) === key)?.focus();
}

export function startPlaces() {
  on("places", () => {
    paintRail();
    paintChannels();
  });
}
