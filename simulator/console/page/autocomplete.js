// Offers that the bot itself makes while an option is being typed, asked the way Discord asks.

import { act } from "./interactions.js";

const PAUSE_MS = 250;

export class Autocomplete {
  constructor() {
    this.asked = 0;
    this.known = new Map();
  }

  /** What comes later for an earlier text is stale. */
  forget() {
    this.asked += 1;
    this.known.clear();
  }

  /** {choices: [{label, value}]}, {error} with one sentence, or {stale: true}. */
  async of(command, field) {
    this.asked += 1;
    const mine = this.asked;
    const options = command.partial(field);
    const key = JSON.stringify([command.entry.line, field.option.name, options]);
    if (this.known.has(key)) return this.known.get(key);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (mine !== this.asked) return { stale: true };
    const found = await ask(command.entry.line, field.option.name, options);
    if (mine !== this.asked) return { stale: true };
    if (!found.error) this.known.set(key, found);
    return found;
  }
}

async function ask(name, focused, options) {
  try {
    const response = await act({ type: "autocomplete", name, focused, options });
    if (!response?.choices) return { error: "Loading options failed" };
    const choices = response.choices.map((one) => ({ label: one.name, value: one.value }));
    return choices.length ? { choices } : { choices, error: "No options match your search" };
  } catch (error) {
    return { error: error.message };
  }
}
