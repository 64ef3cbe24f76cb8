// What the page knows of the world, who you are and where; tells its parts when something of it changes.

import { get } from "./control.js";

const KEPT_MESSAGES = 300;
const topics = new Map();

export const store = {
  guilds: [],
  commands: [],
  messages: new Map(),
  guildId: sessionStorage.getItem("guild"),
  channelId: sessionStorage.getItem("channel"),
  userId: sessionStorage.getItem("user"),
  locale: sessionStorage.getItem("locale") ?? "en-US",
};

/** Topics: places (guilds, members, voice), where (what is open, who you are), messages, message, commands. */
export function on(topic, listener) {
  topics.set(topic, [...(topics.get(topic) ?? []), listener]);
}

export function tell(topic, detail) {
  for (const listener of topics.get(topic) ?? []) listener(detail);
}

export const guild = () => store.guilds.find((one) => one.id === store.guildId);
export const channel = () => guild()?.channels.find((one) => one.id === store.channelId);
export const bot = (place = guild()) => ({ id: place.bot_user_id, name: "Segue", roles: ["Segue"], bot: true });
export const people = (place = guild()) => (place ? [place.owner, ...place.members] : []);
export const me = () => people().find((one) => one.id === store.userId);

/** A member of the open guild by id, the bot too. */
export function person(id) {
  const place = guild();
  if (!place) return undefined;
  return id === place.bot_user_id ? bot(place) : people(place).find((one) => one.id === id);
}

/** Everyone in a voice channel, the bot last. */
export function inVoice(channelId, place = guild()) {
  const found = people(place).filter((one) => one.voice_channel_id === channelId);
  return place.bot_voice_channel_id === channelId ? [...found, bot(place)] : found;
}

export async function loadPlaces() {
  store.guilds = await get("/guilds");
  settle();
  tell("places");
}

export async function loadCommands() {
  const own = store.guildId ? await get(`/commands?guild_id=${store.guildId}`) : [];
  store.commands = [...own, ...(await get("/commands"))];
  tell("commands");
}

export async function loadMessages() {
  const { channelId } = store;
  if (!channelId) return;
  const listed = await get(`/messages/${channelId}?ephemeral=1`);
  if (channelId !== store.channelId) return;
  store.messages = new Map(listed.reverse().map((message) => [message.id, message]));
  tell("messages");
}

/** Opens a guild, a channel, or becomes another member: what is not named stays where it can. */
export async function go(place) {
  const before = { ...store };
  Object.assign(store, place);
  settle();
  tell("places");
  if (before.guildId !== store.guildId) await loadCommands();
  if (before.channelId !== store.channelId) {
    store.messages = new Map();
    await loadMessages();
  } else tell("messages");
  tell("where");
}

/** A message that is new or has changed. */
export function keep(message) {
  if (message.channel_id !== store.channelId) return;
  const known = store.messages.has(message.id);
  store.messages.set(message.id, message);
  if (store.messages.size > KEPT_MESSAGES) store.messages.delete(store.messages.keys().next().value);
  tell(known ? "message" : "messages", message);
}

export function forget(messageId) {
  if (store.messages.delete(messageId)) tell("messages");
}

/** A member changed voice channels. */
export function moved({ guild_id, user_id, channel_id }) {
  const place = store.guilds.find((one) => one.id === guild_id);
  if (!place) return;
  const member = people(place).find((one) => one.id === user_id);
  if (member) member.voice_channel_id = channel_id;
  if (user_id === place.bot_user_id) place.bot_voice_channel_id = channel_id;
  if (guild_id === store.guildId) tell("places");
}

/** Falls back to what exists, and remembers the choice for this tab. */
function settle() {
  if (!guild()) store.guildId = store.guilds[0]?.id ?? null;
  const place = guild();
  if (!channel() || channel().type !== "text") {
    store.channelId = place?.channels.find((one) => one.type === "text")?.id ?? null;
  }
  if (!me()) store.userId = sameName(place) ?? place?.members[0]?.id ?? place?.owner.id ?? null;
  store.userName = me()?.name;
  for (const [key, name] of [
    ["guild", "guildId"],
    ["channel", "channelId"],
    ["user", "userId"],
    ["locale", "locale"],
  ]) {
    if (store[name]) sessionStorage.setItem(key, store[name]);
  }
}

/** In another guild you stay Alice if there is an Alice. */
const sameName = (place) => people(place).find((one) => one.name === store.userName)?.id;
