// What a caller's ear would get: key tones, the ring on the line, hold music, and a browser's voice where there is one.

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";
const RING = { pitch: 425, on: 1, every: 5000 };

export class Ear {
  #context;
  #music;
  #ringing = 0;
  #wantsMusic = false;
  enabled = true;
  aloud = false;

  constructor(music) {
    this.#music = music;
    music.volume = 0.6;
  }

  // Browsers keep a page silent until the person has touched it; calling is such a touch.
  unlock() {
    this.#context ??= new AudioContext();
    this.#context.resume();
  }

  // The two tones of a key, as telephones send them.
  key(key) {
    const at = KEYS.indexOf(key);
    if (at < 0) return;
    this.#tone(ROWS[Math.floor(at / 3)], 0.18, 0.12);
    this.#tone(COLUMNS[at % 3], 0.18, 0.12);
  }

  beep() {
    this.#tone(1000, 0.35, 0.15);
  }

  ring(on) {
    clearInterval(this.#ringing);
    this.#ringing = 0;
    if (!on) return;
    const once = () => this.#tone(RING.pitch, RING.on, 0.08);
    this.#ringing = setInterval(once, RING.every);
    once();
  }

  music(on) {
    this.#wantsMusic = on;
    if (on && this.enabled) this.#music.play().catch(() => {});
    else this.#music.pause();
  }

  enable(on) {
    this.enabled = on;
    this.music(this.#wantsMusic);
  }

  say(text) {
    if (!this.aloud) return;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = tongue(text);
    speechSynthesis.speak(words);
  }

  hush() {
    if ("speechSynthesis" in window) speechSynthesis.cancel();
  }

  silence() {
    this.ring(false);
    this.music(false);
    this.hush();
  }

  #tone(pitch, seconds, loudness) {
    if (!this.enabled || this.#context?.state !== "running") return;
    const start = this.#context.currentTime;
    const tone = new OscillatorNode(this.#context, { frequency: pitch });
    const level = new GainNode(this.#context, { gain: 0 });
    level.gain.setValueAtTime(0, start);
    level.gain.linearRampToValueAtTime(loudness, start + 0.01);
    level.gain.setValueAtTime(loudness, start + seconds - 0.02);
    level.gain.linearRampToValueAtTime(0, start + seconds);
    tone.connect(level).connect(this.#context.destination);
    tone.start(start);
    tone.stop(start + seconds);
  }
}

// Many desktops have no voice at all; then nothing is offered, because the captions say everything.
export function whenThereIsAVoice(tell) {
  if (!("speechSynthesis" in window)) return;
  const look = () => speechSynthesis.getVoices().length > 0 && tell();
  speechSynthesis.addEventListener("voiceschanged", look);
  look();
}

// The language of a spoken text, as a voice or a reader needs it.
export function tongue(text) {
  if (!/\p{Script=Han}/u.test(text)) return "en-US";
  return document.documentElement.lang === "zh-Hant" ? "zh-TW" : "zh-CN";
}
