// Who you are, and the members you could be; each with roles.

import { avatar, byId, icon, make } from "./dom.js";
import { bot, go, guild, me, on, people, store } from "./store.js";
import { repaint } from "./places.js";
import { troubleButton } from "./trouble.js";

const LANGUAGES = [
  ["en-US", "English"],
  ["es-ES", "Español"],
];

const rolesOf = (member) => [member.id === guild().owner.id ? "Owner" : null, ...member.roles].filter(Boolean);

function paintMe() {
  const you = me();
  if (!you) return byId("me").replaceChildren();
  const select = make(
    "select",
    { id: "you", "aria-label": "Act as", onchange: (event) => go({ userId: event.target.value }) },
    ...people().map((one) =>
      make("option", { value: one.id, selected: one.id === you.id }, [one.name, ...rolesOf(one)].join(" · ")),
    ),
  );
  const language = make(
    "select",
    { id: "language", "aria-label": "Your language", onchange: (event) => go({ locale: event.target.value }) },
    ...LANGUAGES.map(([code, name]) => make("option", { value: code, selected: code === store.locale }, name)),
  );
  const focused = document.activeElement?.id;
  byId("me").replaceChildren(
    avatar(you),
    make("div", { class: "you" }, make("small", {}, "You are"), select),
    troubleButton(),
    language,
  );
  if (focused === "you" || focused === "language") byId(focused).focus();
}

function paintPeople() {
  const place = guild();
  if (!place) return repaint(byId("people"), []);
  const listed = people().map((one) =>
    make(
      "li",
      {},
      make(
        "button",
        {
          type: "button",
          "data-key": one.id,
          "aria-pressed": String(one.id === store.userId),
          title: `Act as ${one.name}`,
          onclick: () => go({ userId: one.id }),
        },
        avatar(one),
        make("span", { class: "who" }, one.name, roles(rolesOf(one))),
        one.voice_channel_id ? icon("voice") : null,
      ),
    ),
  );
  const robot = bot();
  repaint(byId("people"), [
    make("h3", {}, `Members — ${listed.length}`),
    make("ul", {}, ...listed),
    make("h3", {}, "Bots — 1"),
    make(
      "ul",
      {},
      make(
        "li",
        { class: "robot" },
        avatar(robot),
        make(
          "span",
          { class: "who" },
          robot.name,
          make("small", {}, place.bot_joined ? "in this server" : "not in this server"),
        ),
        make("span", { class: "tag" }, "BOT"),
      ),
    ),
    make("p", { class: "hint" }, "Choose a member to act as. Open another tab to be two people at once."),
  ]);
}

const roles = (names) =>
  names.length ? make("span", { class: "roles" }, ...names.map((name) => make("span", { class: "role" }, name))) : null;

export function startPeople() {
  on("places", () => {
    paintMe();
    paintPeople();
  });
}
