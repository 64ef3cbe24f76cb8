// One message as an element.

import { avatar, icon, make, notice } from "./dom.js";
import { remove } from "./control.js";
import { components } from "./components.js";
import { embed } from "./embed.js";
import { act } from "./interactions.js";
import { markdown } from "./markdown.js";
import { picture } from "./picture.js";
import { person, store } from "./store.js";
import { clockTime } from "./timestamps.js";

const SUPPRESS_EMBEDS = 1 << 2;
const COMPONENTS_V2 = 1 << 15;
const MESSAGE_MENU = 3;

/** `joined`: it follows on one of the same author; `dismiss` hides an ephemeral one. */
export function messageElement(message, { joined, dismiss }) {
  const author = person(message.author.id) ?? message.author;
  const body = make("div", { class: "body" }, joined ? null : header(message, author));
  if (message.loading)
    body.append(
      make(
        "p",
        { class: "thinking" },
        `${author.name ?? "Segue"} is thinking`,
        make("span", { class: "dots", "aria-hidden": "true" }),
        make("span", { class: "sr-only" }, "…"),
      ),
    );
  else fill(body, message);
  if (message.ephemeral) body.append(ephemeralLine(message, dismiss));
  const classes = [
    "message",
    joined && "is-joined",
    message.ephemeral && "is-ephemeral",
    mentionsMe(message) && "is-mention",
  ];
  return make(
    "li",
    { class: classes.filter(Boolean).join(" "), "data-id": message.id },
    message.command ? usedLine(message) : null,
    joined ? make("span", { class: "gutter" }) : avatar({ ...author, bot: message.author.bot }),
    body,
    message.ephemeral || message.loading ? null : menu(message),
  );
}

function header(message, author) {
  return make(
    "p",
    { class: "message-head" },
    make("b", { class: message.author.bot ? "name-bot" : null }, author.name ?? author.username),
    message.author.bot ? make("span", { class: "tag" }, "BOT") : null,
    clockTime(message.timestamp),
  );
}

function usedLine(message) {
  const user = message.interaction_metadata.user;
  return make(
    "p",
    { class: "used" },
    icon("reply"),
    avatar(user),
    make("b", {}, user.global_name ?? user.username),
    " used ",
    make("span", { class: "mention" }, `/${message.command}`),
  );
}

function fill(body, message) {
  const v2 = message.flags & COMPONENTS_V2;
  if (message.content && !v2) {
    const text = make("div", { class: "markdown content" }, markdown(message.content));
    if (message.edited_timestamp) text.append(edited());
    body.append(text);
  }
  if (!v2 && !(message.flags & SUPPRESS_EMBEDS)) body.append(...message.embeds.map(embed));
  body.append(...message.attachments.map(attachment));
  const parts = components(message.components, message);
  if (parts.length) body.append(make("div", { class: "components" }, ...parts));
  if (message.edited_timestamp && (v2 || !message.content)) body.append(edited());
}

const edited = () => make("small", { class: "edited" }, "(edited)");

function attachment(file) {
  if (file.content_type?.startsWith("image/")) return picture(file.url, { class: "embed-image", alt: file.filename });
  const size = file.size < 1024 ? `${file.size} bytes` : `${(file.size / 1024).toFixed(1)} KB`;
  return make(
    "p",
    { class: "attachment" },
    make("a", { href: file.url, download: file.filename, target: "_blank", rel: "noopener" }, file.filename),
    ` ${size}`,
  );
}

function ephemeralLine(message, dismiss) {
  return make(
    "p",
    { class: "only-you" },
    icon("eye"),
    "Only you can see this",
    message.loading
      ? null
      : make("button", { type: "button", class: "text-button", onclick: () => dismiss(message.id) }, "Dismiss message"),
  );
}

function mentionsMe(message) {
  return (
    store.userId && (message.content.includes(`<@${store.userId}>`) || message.content.includes(`<@!${store.userId}>`))
  );
}

/** What a member can do to a message: the bot's message commands, and deleting it. */
function menu(message) {
  const details = make(
    "details",
    { class: "message-menu" },
    make("summary", { "aria-label": "What to do with this message", class: "icon-button" }, icon("more")),
  );
  details.addEventListener("toggle", () => {
    details.querySelector("ul")?.remove();
    if (!details.open) return;
    const commands = store.commands.filter((one) => one.type === MESSAGE_MENU);
    details.append(
      make(
        "ul",
        {},
        ...commands.map((one) => entry(one.name, () => use(one.name, message))),
        entry("Delete message", () => remove(`/messages/${message.id}`)),
      ),
    );
  });
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      details.open = false;
      details.firstChild.focus();
    }
  });
  const entry = (words, what) =>
    make(
      "li",
      {},
      make(
        "button",
        {
          type: "button",
          onclick: () => {
            details.open = false;
            Promise.resolve(what()).catch((error) => notice(error.message));
          },
        },
        words,
      ),
    );
  return details;
}

async function use(name, message) {
  if (!(await act({ type: "message_menu", name, message_id: message.id }))) notice("The application did not respond");
}
