// A camera, and samples from it. Its pictures go to the studio only.
import { busy, card, el, h2, hint, labelled, post, quiet, row, say } from './api.js';
import { send } from './upload.js';

/** Why a page gets no camera; empty where it may. */
export const noCamera = isSecureContext && navigator.mediaDevices ? '' : 'Browsers give a camera to pages of this machine (http://127.0.0.1) and over https only.';

const PAUSE = 100;

/** The longer side of a sample, and how many of a class are shown. */
const SIDE = 480;
const SHOWN = 8;

export class Camera {
  constructor(stopped) {
    this.stopped = stopped;
    this.video = el('video', { autoplay: true, playsinline: true, 'aria-label': 'The camera' });
  }

  /** Opens it, until the page is left. */
  async start() {
    let left = false;
    addEventListener('hashchange', () => ((left = true), this.stop()), { once: true });
    try {
      this.video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    } catch (failure) {
      throw new Error(`The camera could not be opened (${failure.message}). Allow it for this page in the browser, or choose a file.`);
    }
    if (left) this.stop();
    else await this.video.play();
  }

  stop() {
    for (const track of this.video.srcObject?.getTracks() ?? []) track.stop();
    this.video.srcObject = null;
    this.stopped();
  }

  picture(side) {
    const { videoWidth: width, videoHeight: height } = this.video;
    const scale = Math.min(1, side / Math.max(width, height));
    const canvas = el('canvas', { width: Math.round(scale * width), height: Math.round(scale * height) });
    canvas.getContext('2d').drawImage(this.video, 0, 0, canvas.width, canvas.height);
    return new Promise((made) => canvas.toBlob(made, 'image/jpeg', 0.9));
  }

  /** Gives ten pictures a second, one at a time, as long as it is wanted. */
  async each(isWanted, work) {
    while (this.video.srcObject && isWanted()) {
      const next = new Promise((on) => setTimeout(on, PAUSE));
      await work(await this.picture(SIDE));
      await next;
    }
  }
}

/** Samples of classes, which become a data set. */
export class Samples {
  /** made receives the set's name. */
  constructor(made) {
    this.made = made;
    this.classes = new Map();
    this.camera = new Camera(() => (this.element.hidden = true));
    const text = (id, value) => el('input', { type: 'text', id, maxlength: 60, autocomplete: 'off', value });
    this.name = text('camera-class');
    this.set = text('camera-set', 'camera');
    this.wrong = el('div');
    this.list = el('div', { class: 'stack' });
    this.note = hint();
    this.make = el('button', { id: 'camera-make', disabled: true, onclick: () => busy(this.make, () => this.write()) }, 'Make the data set');
    this.element = card(h2('From the camera'), hint('Add a class for each thing, and hold its button while you show the thing: ten pictures a second.'),
      el('div', { class: 'columns' }, this.camera.video, el('div', {},
        el('form', { class: 'row', onsubmit: (event) => (event.preventDefault(), this.add()) }, labelled('camera-class', 'Name of a class', this.name), quiet({ type: 'submit' }, 'Add the class')), this.wrong, this.list)),
      row(labelled('camera-set', 'Name of the data set', this.set), this.make), this.note);
    this.element.classList.add('film');
    this.element.hidden = true;
    this.button = noCamera ? hint(noCamera) : quiet({ id: 'camera-open', onclick: () => busy(this.button, async () => {
      await this.camera.start();
      this.element.hidden = false;
      this.name.focus();
    }) }, 'From the camera …');
  }

  async add() {
    const name = this.name.value.trim();
    if (!name) return;
    const wrong = await post('/api/uploads/classes', { classes: [...this.classes.keys(), name] }).then(() => '', ({ message }) => message);
    this.wrong.replaceChildren(wrong && el('p', { class: 'error', role: 'alert' }, wrong));
    this.name.ariaInvalid = Boolean(wrong);
    if (wrong || this.classes.has(name)) return;
    this.name.value = '';
    const pictures = [];
    const count = el('span', { class: 'hint' });
    const strip = el('div', { class: 'row' });
    let held = false;
    const end = () => (held = false);
    const begin = async () => {
      if (held) return;
      held = true;
      await this.camera.each(() => held, (picture) => {
        pictures.push(picture);
        count.textContent = ` ${pictures.length}`;
        const url = URL.createObjectURL(picture);
        strip.prepend(el('img', { src: url, height: 48, alt: '', onload: () => URL.revokeObjectURL(url) }));
        if (pictures.length > SHOWN) strip.lastChild.remove();
        this.make.disabled = [...this.classes.values()].filter((some) => some.length > 0).length < 2;
      });
    };
    this.classes.set(name, pictures);
    this.list.append(el('div', {}, quiet({ class: 'quiet hold', 'data-class': name, onpointerdown: begin, onpointerup: end, onpointerleave: end, onpointercancel: end, onblur: end, onkeyup: end,
      onkeydown: (event) => [' ', 'Enter'].includes(event.key) && (event.preventDefault(), begin()) }, 'Hold: ', name, count), strip));
  }

  async write() {
    const set = this.set.value.trim() || 'camera';
    const files = [...this.classes].flatMap(([name, pictures]) => pictures.map((file, k) => ({ path: `${name}/${k}.jpg`, file })));
    const made = await send(files, (text) => (this.note.textContent = text), set, [...this.classes.keys()]);
    this.classes.clear();
    this.list.replaceChildren();
    this.note.textContent = '';
    say(`${made} is made.`);
    this.made(made);
  }
}
