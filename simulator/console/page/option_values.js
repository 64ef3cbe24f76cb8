// What an option takes, by its type: the offers, and the value of what was typed.

import { bot, guild, people } from "./store.js";
import { descriptionOf, nameOf } from "./command_list.js";

const STRING = 3,
  INTEGER = 4,
  BOOLEAN = 5,
  USER = 6,
  CHANNEL = 7,
  ROLE = 8,
  MENTIONABLE = 9,
  NUMBER = 10;
export const ATTACHMENT = 11;
const MOST_OFFERS = 25;
const TYPES = {
  [STRING]: "text",
  [INTEGER]: "a whole number",
  [BOOLEAN]: "true or false",
  [USER]: "a member",
  [CHANNEL]: "a channel",
  [ROLE]: "a role",
  [MENTIONABLE]: "a member or role",
  [NUMBER]: "a number",
  [ATTACHMENT]: "a file",
};
const CHANNEL_KINDS = { text: 0, voice: 2 };

const kindOf = (option) => TYPES[option.type] ?? "a value";

/** What the option is for and what it takes, in one line. */
export const about = (option) => `${descriptionOf(option)} (${kindOf(option)}${option.required ? ", required" : ""})`;

/** Whether only what is offered can be given. */
export const closed = (option) =>
  Boolean(option.choices?.length) || [BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE].includes(option.type);

/** Offers {label, value} that fit the typed text; autocomplete's come from the bot instead. */
export function offers(option, typed) {
  const wanted = typed.trim().toLowerCase().replace(/^[@#]/, "");
  return all(option)
    .filter((one) => one.label.toLowerCase().includes(wanted))
    .slice(0, MOST_OFFERS);
}

function all(option) {
  if (option.choices?.length) return option.choices.map((one) => ({ label: nameOf(one), value: one.value }));
  const members = () => [...people(), bot()].map((one) => ({ label: one.name, value: one.id, detail: "member" }));
  const roles = () => guild().roles.map((one) => ({ label: one.name, value: one.id, detail: "role" }));
  switch (option.type) {
    case BOOLEAN:
      return [
        { label: "True", value: true },
        { label: "False", value: false },
      ];
    case USER:
      return members();
    case ROLE:
      return roles();
    case MENTIONABLE:
      return [...members(), ...roles()];
    case CHANNEL:
      return channels(option);
    default:
      return [];
  }
}

function channels(option) {
  return guild()
    .channels.filter((one) => !option.channel_types?.length || option.channel_types.includes(CHANNEL_KINDS[one.type]))
    .map((one) => ({ label: one.name, value: one.id, detail: one.type }));
}

/** {value} of typed text, or {error} with one sentence. */
export function valueOf(option, typed) {
  if (closed(option)) {
    const exact = all(option).find((one) => one.label.toLowerCase() === typed.trim().toLowerCase());
    return exact ? { value: exact.value } : { error: `Choose one of the offers for ${nameOf(option)}.` };
  }
  if (option.type === INTEGER || option.type === NUMBER) return number(option, typed);
  const length = [...typed].length;
  if (length < (option.min_length ?? 0))
    return { error: `${nameOf(option)} needs at least ${option.min_length} characters.` };
  if (length > (option.max_length ?? 6000))
    return { error: `${nameOf(option)} takes at most ${option.max_length ?? 6000} characters.` };
  return { value: typed };
}

function number(option, typed) {
  const text = typed.trim();
  const whole = option.type === INTEGER;
  if (!(whole ? /^[+-]?\d{1,15}$/ : /^[+-]?\d{1,15}([.,]\d{1,15})?$/).test(text))
    return { error: `${nameOf(option)} must be ${kindOf(option)}.` };
  const value = Number(text.replace(",", "."));
  if (option.min_value !== undefined && value < option.min_value)
    return { error: `${nameOf(option)} must be at least ${option.min_value}.` };
  if (option.max_value !== undefined && value > option.max_value)
    return { error: `${nameOf(option)} must be at most ${option.max_value}.` };
  return { value };
}
