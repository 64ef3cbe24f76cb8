// Discord's markdown as elements. Whatever it does not know stays text; nothing is ever parsed as HTML.

import { make } from "./dom.js";
import { guild, person } from "./store.js";
import { timestamp } from "./timestamps.js";

const DEEPEST = 8;

/** Inline rules in their order: [pattern at the start of the text, element of the match]. */
const INLINE = [
  [/^\\([!-/:-@[-`{-~])/, (m) => m[1]],
  [/^(`+)([^]*?[^`])\1(?!`)/, (m) => make("code", {}, m[2].trim() || m[2])],
  [/^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, (m) => timestamp(Number(m[1]), m[2])],
  [/^<@!?(\d+)>/, (m) => mention(`@${person(m[1])?.name ?? "unknown-user"}`)],
  [/^<@&(\d+)>/, (m) => mention(`@${guild()?.roles.find((role) => role.id === m[1])?.name ?? "unknown-role"}`)],
  [/^<#(\d+)>/, (m) => mention(`#${guild()?.channels.find((one) => one.id === m[1])?.name ?? "unknown"}`)],
  [/^<\/([^:>]{1,100}):\d+>/, (m) => mention(`/${m[1]}`)],
  [/^<a?:(\w+):\d+>/, (m) => `:${m[1]}:`],
  [
    /^\[((?:\\.|[^\]\\\n])+)\]\(<?(https?:\/\/[^\s)>]+)>?(?:\s+"[^"\n]*")?\)/,
    (m, deep) => link(m[2], inline(m[1], deep)),
  ],
  [/^<(https?:\/\/[^\s>]+)>/, (m) => link(m[1], [m[1]])],
  [/^https?:\/\/[^\s<]+[^\s<.,:;"')\]!?*_~|]/, (m) => link(m[0], [m[0]])],
  [/^\*\*\*(?=\S)((?:\\.|[^\\])+?)\*\*\*/, (m, deep) => make("strong", {}, make("em", {}, ...inline(m[1], deep)))],
  [/^\*\*(?=\S)((?:\\.|[^\\])+?)\*\*(?!\*)/, (m, deep) => make("strong", {}, ...inline(m[1], deep))],
  [/^__(?=\S)((?:\\.|[^\\])+?)__(?!_)/, (m, deep) => make("u", {}, ...inline(m[1], deep))],
  [/^~~(?=\S)((?:\\.|[^\\])+?)~~/, (m, deep) => make("s", {}, ...inline(m[1], deep))],
  [/^\|\|((?:\\.|[^\\])+?)\|\|/, (m, deep) => spoiler(inline(m[1], deep))],
  [/^\*(?=\S)((?:\\.|[^\\*])+?)\*(?!\*)/, (m, deep) => make("em", {}, ...inline(m[1], deep))],
  [/^_(?=\S)((?:\\.|[^\\_])+?)_(?!\w)/, (m, deep) => make("em", {}, ...inline(m[1], deep))],
];
const SPECIAL = /[\\`<[*_~|]|https?:\/\//;
const WORD = /\w/;

/** The nodes of one run of text. */
export function inline(text, deep = 0) {
  const nodes = [];
  let plain = "";
  let rest = text;
  while (rest) {
    const found = deep < DEEPEST ? rule(rest, plain) : null;
    if (found) {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(found.node(found.match, deep + 1));
      rest = rest.slice(found.match[0].length);
      continue;
    }
    const next = rest.slice(1).search(SPECIAL);
    const length = next < 0 || deep >= DEEPEST ? rest.length : next + 1;
    plain += rest.slice(0, length);
    rest = rest.slice(length);
  }
  if (plain) nodes.push(plain);
  return nodes;
}

function rule(rest, before) {
  for (const [pattern, node] of INLINE) {
    const match = pattern.exec(rest);
    // An underscore within a word is just an underscore.
    if (match && !(rest[0] === "_" && WORD.test(before.at(-1) ?? ""))) return { match, node };
  }
  return null;
}

const mention = (words) => make("span", { class: "mention" }, words);

function link(url, children) {
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

function spoiler(children) {
  const cover = make("button", { type: "button", class: "spoiler", "aria-label": "Show the hidden text" }, ...children);
  cover.addEventListener("click", () =>
    cover.replaceWith(make("span", { class: "spoiler is-open" }, ...cover.childNodes)),
  );
  return cover;
}

/** A fragment of blocks: code, headings, quotes, lists, and lines. */
export function markdown(text) {
  const fragment = document.createDocumentFragment();
  for (const [index, part] of String(text ?? "")
    .split(/```(?:([\w+-]*)\n)?([^]*?)```\n?/)
    .entries()) {
    if (index % 3 === 2) fragment.append(make("pre", {}, make("code", {}, part.replace(/\n$/, ""))));
    else if (index % 3 === 0 && part) blocks(part, fragment);
  }
  return fragment;
}

function blocks(text, into) {
  const lines = text.replace(/\n$/, "").split("\n");
  let list = null;
  let first = true;
  for (const line of lines) {
    const item = /^( *)([-*]|\d{1,3}\.) +(.+)$/.exec(line);
    if (item) {
      const ordered = /\d/.test(item[2]);
      if (!list || (list.tagName === "OL") !== ordered) {
        list = make(ordered ? "ol" : "ul", ordered ? { start: parseInt(item[2], 10) } : {});
        into.append(list);
      }
      list.append(make("li", { class: item[1].length > 1 ? "is-nested" : null }, ...inline(item[3])));
      first = true;
      continue;
    }
    list = null;
    const block = special(line);
    if (block) into.append(block);
    else {
      if (!first) into.append(make("br"));
      into.append(...inline(line));
    }
    first = Boolean(block);
  }
}

function special(line) {
  const heading = /^(#{1,3}) +(.+)$/.exec(line);
  if (heading) return make("p", { class: `heading heading-${heading[1].length}` }, ...inline(heading[2]));
  const small = /^-# +(.+)$/.exec(line);
  if (small) return make("p", { class: "subtext" }, ...inline(small[1]));
  const quote = /^>(?:>>)? (.*)$/.exec(line);
  if (quote) return make("blockquote", {}, ...inline(quote[1]));
  return null;
}
