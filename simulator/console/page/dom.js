// Builds elements; text only ever goes in as text.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, listeners (keys that start with "on") and children; null children are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/console/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export const byId = (id) => document.getElementById(id);

/** A round picture of somebody: a wave for the bot, else the first letter on a colour of their own. */
export function avatar(user) {
  const name = user.name ?? user.global_name ?? user.username;
  const element = make("span", { class: `avatar ${user.bot ? "avatar-bot" : ""}`, "aria-hidden": "true" });
  if (user.bot) element.append(icon("wave"));
  else element.append([...name][0]?.toUpperCase() ?? "?");
  if (!user.bot) element.style.setProperty("--hue", String(hueOf(name)));
  return element;
}

/** Far apart for names that differ little. */
const hueOf = (name) => [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 3600, 7) % 360;

/** A sentence that goes by itself. */
export function notice(sentence) {
  const line = make("p", {}, sentence);
  byId("notices").append(line);
  setTimeout(() => line.remove(), 6000);
}
