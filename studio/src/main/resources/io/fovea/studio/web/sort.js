// Photos without classes: one at a time, by the keys 1 to 9. What to ask next is the server's.
import { busy, card, el, get, h2, hint, labelled, post, quiet, row, say } from './api.js';

const wrong = (failure) => say(failure.message, true);
const share = (p) => `${Math.floor(100 * p)} %`;
const key = (text) => el('kbd', {}, text);

/** The part of the page that sorts a set. */
export class Sorting {
  constructor(told) {
    this.acts = 0;
    this.note = told;
    const press = (id, onclick, ...text) => quiet({ id, onclick }, ...text);
    const text = (id) => el('input', { type: 'text', id, maxlength: 60, autocomplete: 'off' });
    this.name = text('sort-class');
    this.keys = el('div', { class: 'row', id: 'sort-keys' });
    this.guess = el('p', { id: 'sort-guess', role: 'status' });
    this.image = el('img', { class: 'asked', alt: '', tabindex: -1 });
    this.out = press('sort-out', () => this.leaveOut(), key('s'), ' Leave out');
    this.broken = el('details', { hidden: true });
    this.lists = el('div', { id: 'sort-review' });
    this.check = press('sort-check', () => busy(this.check, () => this.review()), 'Look for wrong labels and copies');
    this.set = text('sort-set');
    this.make = el('button', { id: 'sort-make', onclick: () => busy(this.make, () => this.write()) }, 'Make the data set');
    const part = (title, about, ...parts) => card(h2(title), hint(about), ...parts);
    this.naming = el('form', { class: 'row', onsubmit: (event) => (event.preventDefault(), this.add()) },
      labelled('sort-class', 'Name of a class', this.name), quiet({ id: 'sort-add' }, 'Add the class'), hint('Enter in the empty field goes on to the photos.'));
    this.element = el('div', { class: 'stack sorting', hidden: true },
      card(this.naming, this.keys, this.guess, this.image, row(this.out, press('sort-undo', () => this.act('undo'), key('u'), ' Undo')), this.broken),
      part('Check', 'Labels that fits without the photo find improbable, and photos that show the same.', this.check, this.lists),
      part('Make the data set', 'A folder for each class, with copies of the photos that have one. Your photos stay as they are.',
        row(labelled('sort-set', 'Its name', this.set), this.make)));
    addEventListener('keydown', (event) => this.press(event));
  }

  /** Another set is shown, or this one to browse. */
  leave() {
    clearTimeout(this.waiting);
    Object.assign(this, { at: '', state: null });
    this.element.hidden = true;
  }

  /** Opens a folder; its features come while it is labelled. */
  async open(name) {
    this.at = name;
    this.lists.replaceChildren();
    this.set.value = `${name}-sorted`;
    this.note.textContent = 'Opening …';
    await this.look();
  }

  /** Asks how far the features are, until all are there; the photo that is shown stays. */
  async look() {
    const { at, acts } = this;
    const state = this.acting ? this.state : await post(`/api/sort/${at}`, { act: 'open', photo: this.state?.photo ?? '' });
    if (at !== this.at) return;
    if (state.photos === undefined) this.note.textContent = state.failure ? `${state.failure}. Then reload this page.` : 'Opening; the first time, the pretrained network is downloaded …';
    else if (acts === this.acts && !this.acting) this.show(state); // else an act has shown the next photo meanwhile
    if (!state.failure && !(state.looked >= state.photos)) this.waiting = setTimeout(() => this.look().catch(wrong), 700);
  }

  /** Does one thing; true if it was done. */
  async act(act, more = {}) {
    if (this.acting || !this.state) return false;
    const { at } = this;
    this.acting = true;
    this.acts += 1;
    try {
      const state = await post(`/api/sort/${at}`, { act, ...more });
      if (at === this.at) this.show(state);
      return true;
    } catch (failure) {
      wrong(failure);
      return false;
    } finally {
      this.acting = false;
    }
  }

  async add() {
    const name = this.name.value.trim();
    if (!name) this.image.focus();
    else if (await this.act('class', { name, then: this.state.photo ?? '' })) this.name.value = '';
  }

  /** A key that comes before the photo can be seen is not about it. */
  label(k) {
    if (this.image.complete && this.state.photo && k < this.state.classes.length) this.act('label', { photo: this.state.photo, label: k });
  }

  leaveOut() {
    if (this.image.complete && this.state.photo) this.act('leave-out', { photo: this.state.photo });
  }

  press(event) {
    const z = event.ctrlKey && event.key === 'z';
    if (!this.state || !this.element.offsetParent || event.target.matches('input, select') || event.altKey || event.metaKey || (event.ctrlKey && !z)) return;
    if (z || event.key === 'u') this.act('undo');
    else if (event.key === 's') this.leaveOut();
    else if (/^[1-9]$/.test(event.key)) this.label(event.key - 1);
    else return;
    event.preventDefault();
  }

  source(photo) {
    return `/api/sort/${this.at}/photo?photo=${encodeURIComponent(photo)}`;
  }

  show(state) {
    const before = this.state;
    this.state = state;
    this.element.hidden = false;
    const { classes, counts, photo, photos, looked, leftOut, broken, unreadable, left } = state;
    this.note.textContent = `${left} of ${photos} photos are left${leftOut ? `, ${leftOut} are left out` : ''}. ${looked < photos ? `The network has looked at ${looked}.` : ''} ${state.failure}`;
    if (classes.length !== before?.classes.length) this.keys.replaceChildren(...classes.map((name, k) => quiet({ 'aria-keyshortcuts': k + 1, onclick: () => this.label(k) }, key(k + 1), ` ${name} `, el('span', { class: 'hint' }))));
    counts.forEach((count, k) => (this.keys.children[k].lastChild.textContent = count)); // in place: a button keeps the focus
    this.broken.hidden = broken.length === 0;
    this.broken.replaceChildren(el('summary', {}, `${unreadable} cannot be read`), ...broken.map((one) => hint(`${one.file}: ${one.reason}`)), unreadable > broken.length ? hint('…') : '');
    this.image.hidden = !photo;
    this.out.disabled = !photo;
    if (photo !== before?.photo) {
      this.image.alt = photo ? `Photo to sort: ${photo}` : '';
      if (photo) this.image.src = this.source(photo);
    }
    this.guess.textContent = !photo ? (unreadable >= photos ? 'None of these files can be read as a photo.' : 'All photos are sorted. Look for wrong labels, or make the data set.')
      : classes.length < 2 ? 'Add two classes or more; then press the number of the class that the photo shows.'
        : state.label >= 0 ? `It has the class ${classes[state.label]}.`
          : state.guess === undefined ? 'No guess yet: label a photo of each class.' : `Looks like ${classes[state.guess]} (${share(state.probability)}).`;
    this.make.disabled = counts.filter((count) => count > 0).length < 2;
  }

  async review() {
    const { doubtful, copies } = await get(`/api/sort/${this.at}/review`);
    const line = (photos, text, ...buttons) => {
      const made = el('li', {}, ...photos.map((photo) => el('img', { src: this.source(photo), alt: photo, loading: 'lazy' })), el('p', {}, text), ...buttons.map(([name, act, more]) => quiet({ onclick: async () => {
        if (await this.act(act, { ...more, then: this.state.photo ?? '' })) made.remove(); // the shown photo stays
      } }, name)));
      return made;
    };
    const list = (title, none, found, made) => [el('h3', {}, found.length ? title : none), el('ul', { class: 'review' }, ...found.map(made))];
    this.lists.replaceChildren(
      ...list('Likely wrong, the worst first', 'No label looks wrong.', doubtful, (one) => line([one.photo], `${one.label}; looks like ${one.likely} (${share(one.probability)})`,
        [`It is ${one.likely}`, 'label', { photo: one.photo, label: this.state.classes.indexOf(one.likely) }], ['Leave out', 'leave-out', { photo: one.photo }])),
      ...list('Copies', 'No copies among the photos.', copies, (one) => line([one.original, one.photo], `${one.kind}: ${one.labels.map((label) => label || 'no class').join(', ')}`, ['Leave out the second', 'leave-out', { photo: one.photo }])));
  }

  async write() {
    const { data } = await post(`/api/sort/${this.at}`, { act: 'write', name: this.set.value });
    say(`${data} is made.`);
    location.hash = `#photos/${data}`;
  }
}
