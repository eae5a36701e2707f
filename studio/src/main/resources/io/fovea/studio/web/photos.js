// Photos: the data sets at the left, one of them at the right: to browse, or to sort where its photos have no classes.
import { asking, bars, busy, card, chapter, el, get, grouped, h2, hint, labelled, option, post, quiet, row, say, sortable } from './api.js';
import { Samples } from './camera.js';
import { doubts } from './insight.js';
import { droppable, pick, send } from './upload.js';

const VERSIONS = 7;

/** Images of a page. Places are kept for what is fetched, so that nothing below moves when it comes. */
const PAGE = 60;

const blanks = (count) => Array.from({ length: count }, () => el('div', { class: 'blank' }));
const places = (count) => blanks(count).map((image) => el('li', {}, el('div', { class: 'picture' }, image, el('div', { class: 'label' }))));
const wrong = (failure) => say(failure.message, true);
const share = (p) => `${Math.floor(100 * p)} %`;
const key = (text) => el('kbd', {}, text);

/** Photos without classes: one at a time, by the keys 1 to 9. What to ask next is the server's. */
class Sorting {
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

class PhotosPage {
  constructor(place) {
    const choose = (id, title, options, changed) => {
      const made = el('select', { id, onchange: changed }, ...options.map(([value, text]) => option(value, text)));
      return [made, labelled(id, title, made)];
    };
    const [part, partField] = choose('data-part', 'Part', [['train', 'Training images'], ['test', 'Test images']], () => (this.turn(0).catch(wrong), this.suspect()));
    const [kind, kindField] = choose('data-class', 'Class', [['-1', 'All classes']], () => this.turn(0).catch(wrong));
    const [augment, augmentField] = choose('data-augment', 'Augmentation', [['none', 'none']], () => this.preview());
    const take = (files, input) => this.take(files).then(() => (input.value = ''));
    Object.assign(this, { part, kind, augment, from: 0, picked: 0, users: [], sets: [], shown: '' });
    this.set = el('select', { id: 'data-set', size: 12, onchange: () => this.go(this.set.value) });
    this.sending = el('p', { class: 'hint', role: 'status' });
    this.name = h2();
    this.note = el('p', { class: 'hint about-set', role: 'status', id: 'sort-note' });
    this.away = el('div', { class: 'row' });
    this.images = el('ul', { class: 'pictures browse' }, ...places(PAGE));
    this.count = el('span', { class: 'hint' });
    this.before = quiet({ onclick: () => this.turn(this.from - this.page).catch(wrong) }, 'Back');
    this.after = quiet({ onclick: () => this.turn(this.from + this.page).catch(wrong) }, 'Next');
    this.balance = el('div', { class: 'balance' });
    this.versions = el('div', { class: 'versions' }, ...blanks(1 + VERSIONS));
    this.run = el('select', { id: 'data-run', onchange: () => this.suspect() });
    this.suspects = el('div', { class: 'suspects' });
    this.sorting = new Sorting(this.note);
    this.samples = new Samples((name) => (location.hash = `#photos/${name}`));
    this.browse = el('div', { class: 'stack' },
      card(el('div', { class: 'settings four' }, partField, kindField, augmentField)),
      el('div', { class: 'columns' },
        card(row(h2('Images'), this.count),
          hint('Choose an image to see what augmentation makes of it.'), this.images, row(this.before, this.after)),
        el('div', { class: 'stack' },
          card(h2('Augmentation'), hint('First the image unchanged, then as augmented in seven epochs. ', chapter('augmentation', 'The chapter on augmentation')), this.versions),
          card(h2('Class balance'), hint('The number of images of each class. A class with few images is learned badly.'), this.balance)),
        el('div', { class: 'card doubtful' }, h2('Doubtful labels'),
          hint('Of the first 10,000 images those with the largest loss: check their labels. Below each are its label, the network’s prediction and its confidence.'),
          labelled('data-run', 'By the network of the run', this.run), this.suspects)));
    place.append(el('div', { class: 'photos' },
      card(labelled('data-set', 'Data sets', this.set), hint('Drop photos on this page, or choose them: a folder for each class, or without any order.'),
        row(pick('sort-files', 'Photos or a zip file …', { multiple: true, accept: 'image/*,.zip' }, take), pick('sort-tree', 'Folder …', { multiple: true, webkitdirectory: true }, take), this.samples.button), this.sending),
      el('div', { class: 'stack' }, this.samples.element, card(el('div', { class: 'row controls' }, this.name, this.away), this.note), this.browse, this.sorting.element)));
    droppable(place, (files) => this.take(files));
    addEventListener('hashchange', () => this.follow().catch(wrong));
  }

  /** Shows what the address names; by the menu what was shown before, at first the user's own. */
  async follow() {
    const [page, asked, how] = location.hash.slice(1).split('/');
    if (page !== 'photos') return;
    this.list((await get('/api/data')).data);
    const named = (name) => this.sets.find((one) => one.name === name);
    const known = named(asked);
    const { name } = known ?? this.sets.find((one) => one.folder) ?? this.sets[0];
    const address = known ? (how === 'sort' ? `${name}/sort` : name) : named(this.shown.split('/')[0]) ? this.shown : name;
    if (address === this.shown) await this.suspectRuns();
    else await this.go(...address.split('/'));
  }

  list(sets) {
    const { value } = this.set;
    this.sets = sets;
    const group = (label, some) => (some.length ? el('optgroup', { label }, ...some.map((one) => option(one.name))) : '');
    this.set.replaceChildren(group('Yours', sets.filter((one) => one.folder)), group('Well-known', sets.filter((one) => !one.folder)));
    this.set.value = value;
  }

  go(name, way) {
    this.shown = way ? `${name}/${way}` : name;
    history.replaceState(null, '', `#photos/${this.shown}`);
    this.set.value = name;
    this.name.textContent = name;
    this.browse.hidden = Boolean(way);
    this.sorting.leave();
    this.samples.camera.stop();
    return (way ? this.sort(name) : this.open()).catch(wrong);
  }

  async sort(name) {
    clearTimeout(this.waiting);
    this.tell('');
    this.tools(true);
    await Promise.all([this.sorting.open(name), this.suspectRuns()]);
  }

  /** Photos of the user's own; without class folders they are sorted at once. */
  async take(files) {
    try {
      this.arrived = await send(files, (text) => (this.sending.textContent = text));
      this.sending.textContent = '';
      location.hash = `#photos/${this.arrived}`; // follow() opens it
    } catch (failure) {
      this.sending.textContent = failure.message;
    }
  }

  /** The other way to see a set; one that was sent to the studio can be deleted, by a second press. */
  tools(isSorting) {
    const { value: name } = this.set;
    const set = this.sets.find((one) => one.name === name);
    const remove = async () => {
      await post(`/api/data/${name}/delete`);
      say(`Deleted: ${name}.`);
      history.replaceState(null, '', '#photos');
      await this.follow();
    };
    const used = () => (this.users.length ? ` Used by ${this.users.join(', ')}.` : '');
    const train = () => (sessionStorage.setItem('data', name), history.pushState(null, '', '#train'), location.reload());
    this.away.replaceChildren(
      isSorting ? '' : quiet({ id: 'data-train', onclick: train }, 'Train on it'),
      set?.sent || isSorting ? el('a', { class: 'onward', href: `#photos/${name}${isSorting ? '' : '/sort'}` }, isSorting ? 'Browse' : 'Sort') : '',
      set?.sent ? asking({ id: 'data-delete' }, 'Delete this data set', () => `Delete its photos for good?${used()}`, remove) : '');
  }

  async open() {
    this.tools(false);
    this.tell('Opening the data set …');
    this.clear();
    this.count.textContent = '';
    this.before.disabled = this.after.disabled = true;
    clearTimeout(this.waiting);
    const asked = this.shown;
    let facts;
    try {
      facts = await get(`/api/data/${asked}`);
    } catch (failure) {
      if (asked !== this.shown) return;
      if (failure.status === 503) { // many images: opening continues
        this.waiting = setTimeout(() => this.open().catch(wrong), 500);
        return;
      }
      if (failure.status === 409) this.offer(asked);
      else {
        const told = sortable(failure, asked);
        if (told.length > 1 && asked === this.arrived) location.hash = `#photos/${asked}/sort`;
        this.arrived = '';
        this.tell('', true);
        this.note.append(...told);
      }
      return;
    }
    if (asked !== this.shown) return; // a late response for an earlier choice
    this.facts = facts;
    const sum = (counts) => counts.reduce((a, b) => a + b, 0).toLocaleString('en');
    this.note.textContent = `${sum(facts.train)} training and ${sum(facts.test)} test images of ${facts.shape.join(' × ')} (channels × height × width), ${facts.classes.length} classes. ${facts.note && `${facts.note[0].toUpperCase()}${facts.note.slice(1)}.`}${facts.remarks.map((text) => ` ${text.replace(/; --image-size.*/, '')}.`).join('')}`;
    this.kind.replaceChildren(option('-1', 'All classes'), ...facts.classes.map((name, k) => option(k, name)));
    this.augment.replaceChildren(...['affine', ...Object.keys(facts.presets)].filter((name, i, all) => all.indexOf(name) === i).map((name) => option(name, facts.presets[name] ? `${name}: ${facts.presets[name]}` : name)));
    await Promise.all([this.turn(0), this.suspectRuns()]);
  }

  tell(text, wrong = false) {
    this.note.classList.toggle('error', wrong);
    this.note.textContent = text;
  }

  /** Removes what belongs to another set and reserves its room. */
  clear() {
    this.balance.style.minHeight = `${this.balance.offsetHeight}px`;
    this.images.replaceChildren(...places(this.images.childElementCount));
    this.versions.replaceChildren(...blanks(1 + VERSIONS));
    for (const part of [this.balance, this.suspects]) part.replaceChildren();
  }

  offer(name) {
    const button = (text, work) => el('button', { id: 'data-download', onclick: () => work().catch(wrong) }, text);
    this.note.replaceChildren(`The data set ${name} is not on this machine yet. `, button('Download', () => this.download(name)));
  }

  async download(name) {
    await post(`/api/data/${name}/download`);
    const look = async () => {
      if (name !== this.shown) return;
      const { state, said } = await get(`/api/data/${name}/download`);
      if (state === 'running') {
        this.note.replaceChildren(said || 'Downloading …', ' ', quiet({ onclick: () => post(`/api/data/${name}/cancel`).catch(wrong) }, 'Cancel'));
        this.waiting = setTimeout(() => look().catch(wrong), 500);
      } else if (state === 'failed') {
        this.tell(said, true);
      } else {
        await this.open();
      }
    };
    await look();
  }

  async turn(from) {
    const address = () => `/api/data/${this.set.value}/${this.part.value}?class=${this.kind.value}&from=${Math.max(0, from)}`;
    const asked = address();
    const page = await get(asked);
    if (asked !== address()) return;
    this.from = page.from;
    this.page = page.page;
    this.count.textContent = page.total === 0 ? 'none' : `${(page.from + 1).toLocaleString('en')} to ${(page.from + page.images.length).toLocaleString('en')} of ${grouped(page.total)}`;
    this.before.disabled = page.from === 0;
    this.after.disabled = page.from + page.page >= page.total;
    this.images.replaceChildren(...page.images.map((one) => el('li', {}, el('button', { class: 'picture', onclick: () => {
      this.picked = one.index;
      this.preview();
    } }, el('img', { class: 'pixels', width: 56, height: 56, loading: 'lazy', alt: `Image ${one.index}`, src: `/api/data/${this.set.value}/${this.part.value}/${one.index}` }),
    el('span', {}, this.facts.classes[one.label])))), ...places(page.total > page.page ? page.page - page.images.length : 0));
    if (page.images.length > 0) this.picked = page.images[0].index;
    this.preview();
    this.bars();
  }

  preview() {
    const address = `/api/data/${this.set.value}/${this.part.value}/${this.picked}`;
    const picture = (src, alt) => el('img', { class: 'pixels', width: 84, height: 84, src, alt });
    this.versions.replaceChildren(picture(address, `Image ${this.picked}, unchanged`),
      ...Array.from({ length: VERSIONS }, (_, e) => picture(`${address}?augment=${encodeURIComponent(this.augment.value)}&epoch=${e + 1}`, `As in epoch ${e + 1}`)));
  }

  bars() {
    const counts = this.facts[this.part.value];
    this.balance.style.minHeight = '';
    this.balance.replaceChildren(bars(counts.map((count, k) => [this.facts.classes[k], count])));
  }

  async suspectRuns() {
    const { runs } = await get('/api/runs');
    const before = this.run.value;
    const own = runs.filter((run) => run.data === this.set.value);
    this.users = own.map((run) => run.title || run.name);
    const fitting = own.filter((run) => !['failed', 'unreadable'].includes(run.state));
    this.run.replaceChildren(option('', fitting.length ? 'choose a run' : 'no run on this data set yet'), ...fitting.map((run) => option(run.name, run.name)));
    this.run.disabled = fitting.length === 0;
    if (fitting.some((run) => run.name === before)) this.run.value = before;
    else this.suspects.replaceChildren();
  }

  async suspect() {
    if (!this.run.value) {
      this.suspects.replaceChildren();
      return;
    }
    this.suspects.replaceChildren(hint('The network looks at the images …'));
    try {
      const found = await get(`/api/runs/${this.run.value}/suspects?part=${this.part.value}`);
      this.suspects.replaceChildren(found.suspects.length ? doubts(found.data, found.part, found.classes, found.suspects)
        : el('p', { class: 'good' }, `None: all of ${grouped(found.searched)} images are predicted correctly.`));
    } catch (failure) {
      this.suspects.replaceChildren(el('p', { class: 'error' }, failure.message));
    }
  }
}

export async function mount(place) {
  await new PhotosPage(place).follow();
}
