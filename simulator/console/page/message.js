// One message as an element.

import { avatar, icon, make } from "./dom.js";
import { components } from "./components.js";
import { embed } from "./embed.js";
import { markdown } from "./markdown.js";
import { messageMenu } from "./message_menu.js";
import { picture } from "./picture.js";
import { person, store } from "./store.js";
import { clockTime } from "./timestamps.js";

const SUPPRESS_EMBEDS = 1 << 2;
const COMPONENTS_V2 = 1 << 15;

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
    message.ephemeral || message.loading ? null : messageMenu(message),
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
