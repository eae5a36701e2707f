// The form of a new run. Its settings are the server's fields; each has a line on its effect, and shows its error.
import { bars, busy, clock, el, get, grouped, hint, labelled, note, option, post, quiet, row, sortable } from './api.js';
import { droppable, pick, send } from './upload.js';

const MODELS = {
  'two-layer-cnn': 'The network of the book, for small images.',
  pooled: 'With pooling: small, quick, accurate on digits.',
  'pooled-bn': 'As pooled, with batch normalisation: learns faster.',
  mlp: 'Dense layers only: for comparison.',
  lenet5: 'LeNet-5 of 1998, for digits.',
  'simple-cnn': 'Ten convolutions, for small pictures.',
  resnet8: 'A small residual network.',
  resnet20: 'A residual network: slow here, accurate on photos.',
  'vgg-small': 'Many 3x3 convolutions: slow, accurate.',
  'mobilenet-small': 'Depthwise convolutions: few multiplications.',
  'mobilenet-v2': 'For photos: few multiplications, the usual start of fine-tuning.',
};

const PRETRAINABLE = ['mobilenet-v2', 'resnet18', 'resnet34', 'resnet50', 'mobilenet-v3-small', 'mobilenet-v3-large', 'efficientnet-b0'];

/** The titles of flags that have a field. */
export const titles = new Map([['step', 'Step'], ['weight', 'Weight'], ['fork', 'Fork'], ['model', 'Network'], ['recipe', 'Recipe'], ['pretrained', 'Begin with'], ['init-from', 'Begin with']]);

/** Those of others. */
const MORE = { normalize: 'Pixels', clip: 'Gradient limit', warmup: 'Warm-up', views: 'Views', candidates: 'Candidates', 'skip-broken': 'Leave out broken files' };

/** The title of a flag, and its value without the folders of paths. */
export const titleOf = (name) => titles.get(name) ?? MORE[name] ?? name;
export const textOf = (value) => String(value).replace(/^.*\/(?=[^/]+$)/, '');

/** What a fork has from the run that it continues. */
export const SAME = ['data', 'recipe', 'model', 'pretrained', 'normalize', 'init', 'init-from', 'image-size', 'grayscale', 'seed', 'limit', 'validation', 'group-by'];

/** The run that another one continues, and the step: NAME@STEP, NAME, STEP; nothing for others. */
export const forkPoint = (flags) => String(flags?.fork ?? '').match(/([^/\\]+)@(\d+)$/) ?? [];

/** Flags of train without a value. */
export const switches = new Set();

/** A message of the command line with the titles of fields instead of flags. */
export const inWords = (text) => text.replace(/^(studio|train|data|upload|images): /, '').replace(/--([a-z0-9]+(?:-[a-z0-9]+)*)/g, (flag, name) => titles.get(name)?.toLowerCase() ?? flag)
  .replace(/^./, (first) => first.toUpperCase());

/** The settings of a run that differ from the defaults, as pairs of a flag and its value; unit is the meaning of auto without other weights. */
export const differing = (flags, defaults) => Object.entries(flags ?? {}).filter(([name, value]) => name in defaults && String(value) !== String(defaults[name]) && name !== 'model'
  && !(name === 'normalize' && value === 'unit' && !flags['init-from']));

const size = (bytes) => (bytes < 1e9 ? `${Math.max(1, Math.round(bytes / 1e6)).toLocaleString('en')} MB` : `${(bytes / 1e9).toFixed(1)} GB`);

const isSelect = (setting) => setting.options.includes(setting.value);

function control(setting, id) {
  const facts = { id, name: setting.name, 'aria-describedby': `${id}-wrong` };
  if (isSelect(setting)) {
    const input = el('select', facts, ...setting.options.map((one) => option(one)));
    input.value = setting.value;
    return input;
  }
  if (setting.box) return el('input', { ...facts, type: 'checkbox', value: 'on' });
  const whole = setting.min !== undefined;
  return el('input', { ...facts, type: whole ? 'number' : 'text', value: setting.value, min: setting.min, max: setting.max, list: setting.options.length ? `${id}-list` : null, autocomplete: 'off', inputmode: whole ? 'numeric' : null });
}

function field(setting) {
  const id = `set-${setting.name}`;
  const input = control(setting, id);
  const about = setting.about ? note(setting.about) : null;
  return el('div', { class: `field${setting.box ? ' box' : ''}`, 'data-field': setting.name },
    setting.box ? el('label', { for: id }, input, setting.title, about) : labelled(id, setting.title, about, input),
    setting.options.length && !isSelect(setting) ? el('datalist', { id: `${id}-list` }, ...setting.options.map((one) => option(one))) : null,
    el('p', { class: 'error', id: `${id}-wrong`, role: 'alert', hidden: true }));
}

/** Whether a remark is about the size of images, which the estimate tells as the run has it. */
const isSize = (text) => text.includes('--image-size');

/** In one line the files that are left out. */
function leftOut({ broken, remarks }) {
  const others = remarks.filter((text) => !isSize(text));
  if (!broken) return others.map((text) => hint(text));
  const files = others.filter((text) => !/ files cannot be used/.test(text))
    .map((text) => text.replace(/,[^,]* with bytes [0-9a-f ]+|:? Unsupported marker.*/, ''));
  const count = files.reduce((sum, text) => sum + Number(text.match(/^and (\d+) more$/)?.[1] ?? 1), 0);
  return [el('details', { class: 'warn' }, el('summary', {}, count === 1 ? '1 file is left out' : `${grouped(count)} files are left out`), el('ul', {}, ...files.map((text) => el('li', {}, text))))];
}

/** The form of a new run, its data set and its estimate. */
export class NewRun {
  constructor(started) {
    this.started = started;
    this.extra = {};
    this.recipes = new Map();
    this.defaults = {};
    this.fields = [];
    this.data = el('select', { id: 'set-data', name: 'data', 'aria-describedby': 'set-data-wrong', onchange: () => this.survey() });
    this.model = el('select', { id: 'set-model', name: 'model', 'aria-describedby': 'set-model-wrong', onchange: () => this.explain() });
    this.begin = el('select', { id: 'set-pretrained', name: 'pretrained', 'aria-describedby': 'set-pretrained-wrong', onchange: () => this.explain() },
      option('', 'random weights'), option('auto', 'pretrained weights, the best available'), option('imagenet', 'pretrained on ImageNet'), option('openimages', 'pretrained on Open Images'));
    this.about = el('span', { class: 'hint about' });
    this.found = el('div', { class: 'survey', 'aria-live': 'polite' });
    this.sending = el('p', { class: 'hint', role: 'status' });
    this.estimate = el('p', { class: 'hint estimate', role: 'status', id: 'estimate' });
    this.wrong = el('p', { class: 'error', role: 'alert', hidden: true });
    this.also = el('p', { class: 'hint', hidden: true });
    this.continues = el('p', { class: 'continues', hidden: true });
    this.start = el('button', { type: 'submit', id: 'start' }, 'Start training');
    const grid = () => el('div', { class: 'settings short' });
    this.sections = { main: grid(), more: grid() };
    const tab = (id, text, isPhotos) => quiet({ id, onclick: () => this.turn(isPhotos) }, text);
    this.tabs = el('div', { class: 'tabs', role: 'group', 'aria-label': 'What to train' }, tab('tab-photos', 'My photos', true), tab('tab-network', 'A network', false));
    this.own = el('div', { class: 'own' }, hint('Drop a folder or a zip file here, or choose one: a folder of photos for each class, or train and test with such folders.'),
      row(pick('own-zip', 'Zip file …', { accept: '.zip' }, (files, input) => this.take(files, input)), pick('own-folder', 'Folder …', { webkitdirectory: true, multiple: true }, (files, input) => this.take(files, input))));
    this.more = el('details', { id: 'more-settings' }, el('summary', {}, 'More settings'), this.sections.more);
    this.element = el('form', { novalidate: true, onsubmit: (event) => (event.preventDefault(), this.submit()), oninput: (event) => this.changed(event), onchange: (event) => this.changed(event) },
    this.tabs, this.continues, this.own, this.sending,
    el('div', { 'data-field': 'data' },
      labelled('set-data', 'Data set', note('The labelled images for training.'), this.data), el('p', { class: 'error', id: 'set-data-wrong', role: 'alert', hidden: true }), this.found),
    el('div', { 'data-field': 'model' }, labelled('set-model', 'Network, recipe or run', this.about, this.model), el('p', { class: 'error', id: 'set-model-wrong', role: 'alert', hidden: true })),
    el('div', { 'data-field': 'pretrained', hidden: true }, labelled('set-pretrained', 'Begin with', note('Pretrained: a new last layer is fitted to your classes, in minutes, from few photos.'), this.begin), el('p', { class: 'error', id: 'set-pretrained-wrong', role: 'alert', hidden: true })),
    this.sections.main, this.more,
    this.also, this.wrong, el('div', { class: 'foot' }, this.estimate, this.start));
    droppable(this.element, (files) => this.take(files));
  }

  load(choices) {
    this.defaults = choices.defaults;
    this.fields = choices.fields.filter((one) => one.section);
    for (const one of this.fields) {
      titles.set(one.name, one.title);
      this.sections[one.section].append(field(one));
    }
    for (const one of choices.fields) if (one.box) switches.add(one.name);
    this.offer(choices.data);
    this.nets = el('optgroup', { label: 'Networks' }, ...choices.models.map((name) => option(name)));
    this.theirs = el('optgroup', { label: 'Start from the weights of a run' });
    this.model.append(this.nets, el('optgroup', { label: 'Recipes' }, ...Object.keys(choices.recipes).map((name) => el('option', { value: `recipe:${name}` }, name))), this.theirs);
    Object.entries(choices.recipes).forEach(([name, words]) => this.recipes.set(name, words));
    this.model.value = this.network = choices.models.includes('pooled') ? 'pooled' : choices.models[0];
    if (this.recipes.has('photos')) this.model.value = 'recipe:photos';
    this.same(false);
    const made = sessionStorage.getItem('data'); // by the page of photos
    sessionStorage.removeItem('data');
    if (choices.data.some((set) => set.name === made)) this.adding(() => made);
    this.explain();
  }

  offer(sets) {
    this.sets = sets;
    this.listed = null;
  }

  /** The sets of a tab: for the user's own photos only folders. */
  list(isPhotos) {
    if (isPhotos === this.listed) return;
    this.listed = isPhotos;
    const before = this.data.value;
    const sets = this.sets.filter((set) => set.folder || !isPhotos);
    this.data.replaceChildren(...sets.map((set) => option(set.name, set.here ? set.name : `${set.name} (will be downloaded)`)));
    if (sets.some((set) => set.name === before)) this.data.value = before;
    this.show('data', sets.length > 0);
    this.start.disabled = sets.length === 0;
    if (before && this.data.value !== before) this.survey();
  }

  turn(isPhotos) {
    if (isPhotos === this.listed) return;
    if (isPhotos) this.network = this.model.value;
    this.model.value = isPhotos ? 'recipe:photos' : this.network;
    this.changed();
  }

  /** The runs whose weights can be a start. */
  runs(runs) {
    this.known = runs;
    const before = this.model.value;
    this.theirs.replaceChildren(...runs.filter((run) => run.model).map((run) => el('option', { value: `run:${run.name}` }, run.title || run.name)));
    if (before) this.model.value = before;
  }

  show(name, on) {
    const place = this.element.querySelector(`[data-field="${name}"]`);
    if (place) place.hidden = !on;
  }

  /** Describes the network, and shows its settings. */
  explain() {
    const model = this.model.value;
    const recipe = model.startsWith('recipe:');
    const run = model.startsWith('run:');
    const search = model === 'recipe:photos';
    for (const button of this.tabs.children) button.setAttribute('aria-pressed', String(search === (button.id === 'tab-photos')));
    this.own.hidden = !search;
    this.show('model', !search);
    this.list(search);
    this.about.textContent = recipe ? `A recipe, a network with its settings: ${this.recipes.get(model.slice(7))} Changes below override it.`
      : run ? 'The network and the weights of this run, with a new last layer for other classes.' : MODELS[model] ?? 'For photos: slow without pretrained weights.';
    const can = PRETRAINABLE.includes(model);
    this.show('pretrained', can);
    if (!can) this.begin.value = '';
    const pretrained = this.begin.value !== '';
    for (const { name } of this.fields) this.show(name, !search); // it chooses them itself
    this.more.hidden = search;
    for (const name of ['epochs', 'lr', 'early-stop']) this.show(name, !pretrained && !search);
    this.show('effort', search);
    this.show('fine-tune', pretrained);
    if (pretrained && Number(this.input('fine-tune').value) > 0) this.show('lr', true);
  }

  input(name) {
    return this.element.elements[name];
  }

  /** Only what differs from train's defaults is sent, so that a recipe keeps what it sets. */
  flags() {
    const { fork } = this;
    const given = fork ? { fork: `${fork.run.name}@${fork.step}` } : { ...this.extra };
    for (const setting of this.fields) {
      const input = this.input(setting.name);
      if (input.closest('[data-field]').hidden || input.disabled) continue;
      const value = setting.box ? (input.checked ? 'on' : 'off') : input.value.trim();
      if (value !== '' && value !== String(fork?.run.flags[setting.name] ?? setting.value)) given[setting.name] = value;
    }
    if (fork) return given;
    if (this.facts?.broken || this.listed) given['skip-broken'] = 'on';
    const model = this.model.value;
    if (model.startsWith('recipe:')) given.recipe = model.slice(7);
    else if (model.startsWith('run:')) given['init-from'] = model.slice(4);
    else given.model = model;
    if (this.begin.value) given.pretrained = this.begin.value;
    return given;
  }

  /** Grey or not: what a fork has from its parent. */
  same(on) {
    this.tabs.hidden = on || !this.recipes.has('photos');
    for (const name of SAME) if (this.input(name)) this.input(name).disabled = on;
  }

  anew() {
    this.fork = null;
    this.same(false);
    this.continues.hidden = true;
    this.changed();
  }

  /** Fills the form with a run's settings, and keeps those without a field; from a step, the new run continues that one. */
  fill(run, step) {
    this.anew();
    if (run.flags?.candidates) {
      this.turn(true);
      this.data.value = run.data;
      this.input('effort').value = run.flags.effort ?? this.defaults.effort;
      return;
    }
    const flags = { ...this.defaults, ...run.flags };
    this.extra = {};
    const from = this.known.find((one) => flags['init-from'] && flags['init-from'].startsWith(`${one.path}/`));
    const built = [...this.nets.children].some((one) => one.value === flags.model);
    this.model.value = from ? `run:${from.name}` : built ? flags.model : this.model.value;
    this.list(this.model.value === 'recipe:photos');
    if (this.sets?.some((set) => set.name === run.data)) this.data.value = run.data;
    this.begin.value = ['auto', 'imagenet', 'openimages'].includes(flags.pretrained) ? flags.pretrained : '';
    const own = ['skip-broken', 'model', 'recipe', 'pretrained', 'init-from', 'init-skip', 'rename', 'normalize'];
    for (const setting of this.fields) {
      const input = this.input(setting.name);
      const value = String(flags[setting.name] ?? setting.value);
      if (setting.box) input.checked = value === 'on';
      else {
        if (isSelect(setting) && !setting.options.includes(value)) input.append(option(value));
        input.value = value;
      }
    }
    for (const [name, value] of differing(run.flags, this.defaults)) if (!titles.has(name) && !own.includes(name)) this.extra[name] = value;
    this.explain();
    if (this.begin.value) for (const name of ['epochs', 'lr']) this.input(name).value = this.defaults[name];
    const also = Object.entries(this.extra).map(([name, value]) => `${name} ${value}`).join(', ');
    this.also.replaceChildren(also ? `Also, as in that run: ${also}. ` : '', also ? quiet({ onclick: () => ((this.extra = {}), (this.also.hidden = true), this.changed()) }, 'Leave out') : '');
    const [, name, before] = forkPoint(run.flags);
    const parent = step ? run : this.known.find((one) => one.name === name);
    this.fork = parent ? { run: parent, step: step ?? before } : null;
    delete this.extra.fork;
    this.also.hidden = !also || Boolean(parent);
    this.same(Boolean(parent));
    this.continues.hidden = !parent;
    if (parent) this.continues.replaceChildren(`Continues ${parent.title || parent.name} from step ${this.fork.step}, with its images, network and seed. `, quiet({ id: 'leave-fork', onclick: () => this.anew() }, 'Start anew instead'));
    this.changed();
  }

  changed(event) {
    if (event?.target.closest('.own')) return;
    clearTimeout(this.waiting);
    this.asked = ''; // what comes now is of the choice before
    this.estimate.textContent = '';
    this.explain();
    this.waiting = setTimeout(() => this.guess(), 600);
  }

  async guess() {
    const asked = JSON.stringify({ data: this.data.value, flags: this.flags() });
    this.asked = asked;
    this.clear();
    this.estimate.textContent ||= 'Estimating …';
    try {
      const found = await post('/api/estimate', JSON.parse(asked));
      if (asked !== this.asked) return;
      const enough = found.bytes <= found.available;
      const time = found.seconds === undefined ? 'No time estimate while another run trains. ' : `About ${found.seconds < 60 ? `${Math.max(1, Math.round(found.seconds))} s` : clock(found.seconds)} and `;
      this.estimate.textContent = `${time}${size(found.bytes)} of memory (estimate): ${grouped(found.images)} images of ${found.input.join(' × ')}, ${grouped(found.parameters)} parameters.${enough ? '' : ` That exceeds Java's limit of ${size(found.available)} here: choose smaller images, smaller batches, or a network with pooling.`}`;
      this.estimate.classList.toggle('error', !enough);
    } catch (failure) {
      if (asked !== this.asked) return;
      this.estimate.textContent = { 409: 'The data set is downloaded first; then the time can be estimated.', 503: 'The images are still being read, which a running training slows down; then the time can be estimated.' }[failure.status] ?? '';
      if (failure.status === 503) this.waiting = setTimeout(() => this.guess(), 2000);
      else if (failure.status !== 409) this.complain(failure);
    }
  }

  clear() {
    this.wrong.hidden = true;
    for (const place of this.element.querySelectorAll('[data-field] > .error')) place.hidden = true;
    for (const input of this.element.elements) input.removeAttribute('aria-invalid');
  }

  complain(failure, otherwise = '') {
    const name = failure.message.match(/^--([a-z0-9-]+)/)?.[1] ?? (/^(data|images|upload):? /.test(failure.message) || failure.status === 422 ? 'data' : otherwise);
    const key = { 'init-from': 'model', recipe: 'model' }[name] ?? name;
    const place = document.getElementById(`set-${key}-wrong`) ?? this.wrong;
    const text = place === this.wrong ? failure.message : failure.message.replace(/^--[a-z0-9-]+: /, '');
    place.replaceChildren(...(key === 'data' ? sortable({ message: inWords(text) }, this.data.value) : [inWords(text)]));
    place.hidden = false;
    const input = this.input(key);
    if (!input || place === this.wrong) return;
    input.setAttribute('aria-invalid', 'true');
    for (let around = place.parentElement; around; around = around.parentElement) if (around.tagName === 'DETAILS') around.open = true;
  }

  submit() {
    const unsorted = this.element.querySelector('#set-data-wrong:not([hidden]) a');
    if (unsorted) return unsorted.focus();
    clearTimeout(this.waiting);
    this.asked = '';
    this.clear();
    busy(this.start, async () => {
      try {
        const { run } = await post('/api/runs', { data: this.data.value, flags: this.flags() });
        await this.started(run);
      } catch (failure) {
        this.complain(failure);
        setTimeout(() => this.element.querySelector('[aria-invalid]')?.focus()); // the button has it again before
      }
    });
  }

  digits() {
    this.model.value = 'recipe:mnist-sprint';
    this.explain();
    this.data.value = 'mnist';
    this.submit();
  }

  photos() {
    this.turn(true);
    this.own.querySelector('input').focus();
  }

  async take(files, input) {
    await this.adding(() => send(files, (text) => (this.sending.textContent = text)));
    if (input) input.value = '';
  }

  /** Adds a data set, chooses it, and shows its content. */
  async adding(work) {
    this.clear();
    try {
      const name = await work();
      this.offer((await get('/api/data')).data);
      this.sending.textContent = '';
      if (!this.sets.find((set) => set.name === name)?.folder) this.model.value = this.network;
      else if (this.recipes.has('photos') && this.model.value === 'pooled') this.model.value = 'recipe:photos'; // that for few photos
      this.explain();
      this.data.value = name;
      await this.survey();
      this.changed();
    } catch (failure) {
      this.sending.textContent = '';
      this.complain(failure, 'data');
    }
  }

  async survey() {
    const name = this.data.value;
    this.found.replaceChildren();
    this.facts = null;
    if (!this.sets.find((set) => set.name === name)?.here) return;
    this.found.textContent = 'Reading the images …';
    let facts;
    try {
      facts = await get(`/api/data/${name}`);
    } catch (failure) {
      if (name !== this.data.value) return;
      this.found.textContent = '';
      if (failure.status === 503) {
        this.found.textContent = 'Reading the images; many of them take a while …';
        setTimeout(() => name === this.data.value && this.survey(), 500);
      } else {
        this.complain(failure, 'data');
      }
      return;
    }
    if (name !== this.data.value) return;
    this.facts = facts;
    const counts = facts.classes.map((one, k) => [one, facts.train[k] + facts.test[k]]);
    const sum = (all) => all.reduce((a, b) => a + b, 0).toLocaleString('en');
    const [c, h, w] = facts.shape;
    this.found.replaceChildren(
      hint(`${sum(facts.train)} training and ${sum(facts.test)} test images,${facts.remarks.some(isSize) ? '' : ` ${w} × ${h},`} ${c === 1 ? 'grey' : 'colour'}, ${counts.length} classes.`),
      bars(counts.slice(0, 12)),
      counts.length > 12 ? hint(`and ${counts.length - 12} classes more`) : '',
      ...leftOut(facts));
  }
}
