// An embed: author, title, description, fields, pictures, footer.

import { make } from "./dom.js";
import { markdown } from "./markdown.js";
import { picture, safeUrl } from "./picture.js";
import { clockTime } from "./timestamps.js";

export function embed(data) {
  const card = make("article", { class: "embed" });
  if (data.color) card.style.setProperty("--edge", `#${data.color.toString(16).padStart(6, "0")}`);
  const text = make("div", { class: "embed-text" }, author(data.author), title(data));
  if (data.description) text.append(make("div", { class: "embed-description markdown" }, markdown(data.description)));
  card.append(text);
  if (data.fields?.length) card.append(fields(data.fields));
  if (data.thumbnail?.url) card.append(picture(data.thumbnail.url, { class: "embed-thumbnail" }));
  if (data.image?.url) card.append(picture(data.image.url, { class: "embed-image" }));
  if (data.footer?.text || data.timestamp) card.append(footer(data));
  return card;
}

function author(data) {
  if (!data?.name) return null;
  const line = make("p", { class: "embed-author" });
  if (data.icon_url) line.append(picture(data.icon_url));
  line.append(linked(data.name, data.url));
  return line;
}

function title(data) {
  if (!data.title) return null;
  const words = make("span", { class: "markdown" }, markdown(data.title));
  return make("h3", { class: "embed-title" }, linked(words, data.url));
}

function linked(content, url) {
  const target = safeUrl(url);
  return target ? make("a", { href: target, target: "_blank", rel: "noopener noreferrer nofollow" }, content) : content;
}

function fields(list) {
  const cells = list.map((field) =>
    make(
      "div",
      { class: field.inline ? "field is-inline" : "field" },
      make("dt", { class: "markdown" }, markdown(field.name)),
      make("dd", { class: "markdown" }, markdown(field.value)),
    ),
  );
  return make("dl", { class: "embed-fields" }, ...cells);
}

function footer(data) {
  const line = make("p", { class: "embed-footer" });
  if (data.footer?.icon_url) line.append(picture(data.footer.icon_url));
  if (data.footer?.text) line.append(make("span", {}, data.footer.text));
  if (data.footer?.text && data.timestamp) line.append(make("span", { "aria-hidden": "true" }, "•"));
  if (data.timestamp) line.append(clockTime(data.timestamp));
  return line;
}
