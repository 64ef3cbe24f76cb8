// The bot's registered commands as a member types them: one entry per command or subcommand.

import { guild, me, store } from "./store.js";

const SLASH = 1;
const SUBCOMMAND = 1,
  GROUP = 2;
const ADMINISTRATOR = 1n << 3n;

const localized = (texts, fallback) => texts?.[store.locale] ?? texts?.[store.locale.split("-")[0]] ?? fallback;
export const nameOf = (one) => localized(one.name_localizations, one.name);
export const descriptionOf = (one) => localized(one.description_localizations, one.description);

/** Whether Discord would show the command to this member at all. */
function allowed(command) {
  const you = me();
  if (!you || command.default_member_permissions === null || you.id === guild().owner.id) return true;
  const held = BigInt(you.permissions);
  if (held & ADMINISTRATOR) return true;
  const needed = BigInt(command.default_member_permissions);
  return needed !== 0n && (held & needed) === needed;
}

/** Entries {line, shown, description, options}: `line` is what the control API takes. */
export function entries() {
  const seen = new Set();
  return store.commands
    .filter((one) => one.type === SLASH && allowed(one) && !seen.has(one.name) && seen.add(one.name))
    .flatMap((one) => branches(one, one.name, nameOf(one)))
    .sort((one, other) => one.line.localeCompare(other.line));
}

function branches(node, line, shown) {
  const inner = (node.options ?? []).filter((one) => one.type === SUBCOMMAND || one.type === GROUP);
  if (inner.length) return inner.flatMap((one) => branches(one, `${line} ${one.name}`, `${shown} ${nameOf(one)}`));
  return [{ line, shown, description: descriptionOf(node), options: node.options ?? [] }];
}

/** Entries for what was typed after the slash: those that begin with it, then those that contain it. */
export function matching(typed) {
  const wanted = typed.trim().toLowerCase();
  const place = (entry) => {
    const names = [entry.shown, entry.line].map((name) => name.toLowerCase());
    if (names.some((name) => name.startsWith(wanted))) return 0;
    if (names.some((name) => name.includes(wanted))) return 1;
    return entry.description.toLowerCase().includes(wanted) ? 2 : null;
  };
  return [0, 1, 2].flatMap((rank) => entries().filter((entry) => place(entry) === rank));
}

/** [entry, what follows] when the text names a whole command and goes on; null otherwise. */
export function begun(text) {
  const found = entries()
    .filter((entry) => [entry.line, entry.shown].some((name) => text.startsWith(`/${name} `)))
    .sort((one, other) => other.line.length - one.line.length)[0];
  if (!found) return null;
  const name = text.startsWith(`/${found.shown} `) ? found.shown : found.line;
  return [found, text.slice(name.length + 2)];
}
