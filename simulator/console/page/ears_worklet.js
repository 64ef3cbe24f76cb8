// Plays the blocks of a voice channel in the audio thread: a short cushion against jitter, nothing left out.

const RATE = 48000;
const START_SAMPLES = 0.2 * RATE;
/** This much is collected before sound begins, and again after a silence. */
const MOST_SAMPLES = 0.9 * RATE;
/** A tab that slept goes on with what is heard now: only what is older than this is skipped, and counted. */
const REPORT_EVERY = 50;

class Ears extends AudioWorkletProcessor {
  constructor() {
    super();
    this.blocks = [];
    this.place = 0;
    this.waiting = 0;
    this.playing = false;
    this.skipped = 0;
    this.quanta = 0;
    this.port.onmessage = ({ data }) => this.take(new Int16Array(data));
  }

  take(block) {
    this.blocks.push(block);
    this.waiting += block.length / 2;
    while (this.waiting > MOST_SAMPLES) {
      const old = this.blocks.shift();
      this.waiting -= old.length / 2 - this.place;
      this.place = 0;
      this.skipped += 1;
    }
    if (this.waiting >= START_SAMPLES) this.playing = true;
  }

  process(_, [[left, right]]) {
    for (let at = 0; at < left.length; at += 1) {
      if (this.playing && this.blocks.length === 0) this.playing = false;
      if (!this.playing) break;
      const block = this.blocks[0];
      left[at] = block[2 * this.place] / 32768;
      if (right) right[at] = block[2 * this.place + 1] / 32768;
      this.place += 1;
      this.waiting -= 1;
      if (2 * this.place >= block.length) {
        this.blocks.shift();
        this.place = 0;
      }
    }
    this.quanta += 1;
    if (this.quanta % REPORT_EVERY === 0) {
      this.port.postMessage({ playing: this.playing, cushionMs: (this.waiting / RATE) * 1000, skipped: this.skipped });
    }
    return true;
  }
}

registerProcessor("ears", Ears);
