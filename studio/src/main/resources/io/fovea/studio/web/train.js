import { asking, busy, clock, el, get, grouped, h2, hint, judged, note, percent, post, quiet, refocus, say } from './api.js';
import { Curves } from './curves.js';
import { Cells, Insight } from './insight.js';
import { NewRun, inWords } from './form.js';
import { RunTools, RunsTable, labelsOf } from './runs.js';
import { SearchCard, chosenOf, progressOf } from './search.js';
import { Lineage, StepPanel } from './steps.js';
import { TrialCard } from './trial.js';

/** Milliseconds between searches for runs started elsewhere. */
const LIST_EVERY = 10000;

/** The fewest milliseconds between reloads of the list after epochs. */
const OFTEN = 3000;

/** Milliseconds before a refused stream is asked for again. */
const AGAIN = 5000;

/** Milliseconds between drawings of the clock of a search. */
const SECOND = 1000;

/** The colours of curves, by the order in which runs are ticked. */
const COLOURS = 6;

/** What a damaged line of a step leaves out. */
const UNKNOWN = { step: 0, loss: NaN, lr: NaN, imagesPerSecond: NaN };

/** An accuracy, and what judged it in smaller letters. */
const figure = (share, count) => el('span', {}, percent(share), note(judged(share, count).replace(percent(share), '')));

class Followed {
  constructor(name, colour) {
    this.name = name;
    this.colour = colour;
    this.steps = [];
    this.epochs = [];
    this.facts = null;
  }

  take(lines, anew) {
    if (anew) {
      this.steps = [];
      this.epochs = [];
    }
    for (const line of lines) {
      if ('trainLoss' in line) this.epochs.push(line);
      else this.steps.push({ ...UNKNOWN, ...line });
    }
  }

  get last() {
    return this.steps[this.steps.length - 1];
  }

  get total() {
    const flags = this.facts?.flags;
    if (!flags) return NaN;
    const epochs = Number(flags.epochs);
    if (this.epochs.length > 0) return (this.epochs[0].step / this.epochs[0].epoch) * epochs;
    const limit = Number(flags.limit);
    const images = (limit > 0 ? limit : this.facts.images ?? NaN) * (1 - Number(flags.validation));
    return Math.ceil(images / Number(flags.batch)) * epochs;
  }
}

/** One stream of events for all followed runs: a browser opens six connections to a server and no more. */
class Stream {
  constructor(page) {
    this.page = page;
    this.source = null;
    this.lost = false;
    document.addEventListener('visibilitychange', () => (document.hidden ? this.close() : this.open()));
  }

  close() {
    this.source?.close();
    this.source = null;
  }

  open() {
    this.close();
    const names = [...this.page.followed.keys()];
    if (names.length === 0 || document.hidden) return;
    const source = new EventSource(`/api/events?runs=${names.join('/')}`);
    this.source = source;
    const hear = (event, work) => source.addEventListener(event, (message) => {
      const told = JSON.parse(message.data);
      const one = this.page.followed.get(told.run ?? told.name);
      this.lost = false;
      if (one) work(one, told);
    });
    hear('all', (one, told) => (one.take(told.lines, true), this.page.changed(one)));
    hear('more', (one, told) => (one.take(told.lines, false), this.page.changed(one)));
    hear('state', (one, told) => ((one.facts = told), (one.streamed = true), this.page.changed(one, true)));
    source.addEventListener('error', () => {
      this.lost = true;
      this.page.draw();
      // The browser retries a lost connection itself, but not a refusal, such as of too many pages.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.source === source && this.open(), AGAIN);
    });
  }
}

class TrainPage {
  constructor() {
    this.followed = new Map();
    this.stream = new Stream(this);
    this.selected = null;
    this.defaults = {};
    this.table = new RunsTable(this);
    this.tools = new RunTools(this);
    this.gone = el('p', { class: 'gone', role: 'status', hidden: true });
    this.launch = new NewRun((run) => this.started(run));
    this.curves = new Curves((x) => this.followed.has(this.selected) && this.step.choose(this.curves.stepAt(this.followed.get(this.selected), x)));
    this.step = new StepPanel(this);
    this.lineage = new Lineage(this);
    this.search = new SearchCard();
    this.trial = new TrialCard();
    this.chart = el('div', { class: 'card' }, this.curves.element);
    this.facts = el('dl', { class: 'facts' });
    this.progress = el('progress', { max: 1, value: 0, 'aria-label': 'Progress of the run' });
    this.buttons = el('div', { class: 'row' });
    this.title = el('h2', { id: 'run-title', tabindex: -1 }, 'No run chosen');
    this.note = el('p', { class: 'hint note' });
    this.insight = new Insight(() => this.draw());
    this.cells = new Cells(this.insight.element);
    this.form = el('details', { class: 'card new-run', open: matchMedia('(min-width: 901px)').matches }, el('summary', {}, h2('New run')), this.launch.element);
    this.card = el('div', { class: 'card run', role: 'group', 'aria-labelledby': 'run-title' }, this.title, this.note, this.progress, this.facts, this.lineage.element, this.buttons, this.tools.element);
    this.element =
      el('div', { class: 'train' },
        el('div', { class: 'side' }, this.form),
        el('div', { class: 'wide' }, this.gone, this.table.element, this.card, this.search.element, this.trial.element,
          this.chart, this.step.element, this.table.side, this.insight.element, this.cells.element));
  }

  async refresh() {
    this.refreshed = Date.now();
    const told = await get('/api/runs');
    const { runs } = told;
    for (const run of runs) { // the server keeps a list for a moment, so a state from the stream is newer
      const one = this.followed.get(run.name);
      if (one) one.isListed = true;
      if (one?.streamed) run.state = one.facts.state;
    }
    for (const { name, isListed } of [...this.followed.values()]) { // one that has begun since may not be listed
      if (!isListed || runs.some((run) => run.name === name)) continue;
      this.follow(name, false);
      if (name !== this.selected) continue;
      this.selected = null;
      this.deleted(name, told.deleted.find((run) => run.name === name));
    }
    this.table.take(told);
    this.launch.runs(runs);
    if (!this.selected && runs.length > 0) this.choose(wantedRun(runs));
    this.table.draw();
    this.element.classList.toggle('none', runs.length === 0);
    if (runs.length === 0) {
      this.title.textContent = 'No run chosen';
      const go = (id, text, work) => quiet({ id, onclick: () => ((this.form.open = true), work()) }, text);
      this.note.replaceChildren('There is no run yet. Choose data and a network, or begin with one of these: ', go('first-digits', 'Train the digits now', () => this.launch.digits()), ' ',
        go('first-photos', 'Use my photos', () => this.launch.photos()), ' ', el('a', { href: '#inside' }, 'Look inside a network'));
      this.form.open = true;
    }
  }

  async started(run) {
    this.choose(run);
    await this.refresh();
    this.card.scrollIntoView({ block: 'nearest' });
    say('Training has begun.');
  }

  /** Fills the form with a run's settings. */
  again(run, rate) {
    this.form.open = true;
    this.launch.fill(run);
    if (rate) this.launch.input('lr').value = rate;
    this.launch.start.focus();
    say('The form has the settings of that run.');
  }

  /** Fills the form with the chosen run's settings, to go on from one of its steps. */
  fork(step) {
    const run = this.table.runs.find(({ name }) => name === this.selected);
    if (!run) return;
    this.form.open = true;
    this.launch.fill(run, step);
    this.form.scrollIntoView({ block: 'start' });
    this.launch.start.focus({ preventScroll: true });
    say(`The form has the settings of that run. Change some, and start: it goes on from step ${step}.`);
  }

  /** Shows the curves of a run and its parent from the fork on. */
  besides(parent, step) {
    this.follow(parent, true);
    this.table.draw();
    this.curves.by.value = 'step';
    this.curves.rebuild();
    this.curves.enlarge({ min: step, max: Math.max(step + 1, ...[...this.followed.values()].map((one) => one.last?.step ?? 0)) });
    this.curves.element.scrollIntoView({ block: 'nearest' });
  }

  /** The chosen run was deleted, here or elsewhere; it is kept until the bin is emptied. */
  deleted(name, kept) {
    this.gone.replaceChildren(`Deleted: ${kept?.title || name}. `, kept ? quiet({ id: 'undo-delete', onclick: (event) => this.table.restore(event.currentTarget, name) }, 'Undo') : '');
    this.gone.hidden = false;
  }

  choose(run) {
    if (run !== this.selected) this.step.choose();
    this.selected = run;
    if (!location.hash || location.hash.startsWith('#train')) history.replaceState(null, '', `#train/${run}`);
    this.follow(run, true);
    this.draw();
    this.insight.show(run);
    this.cells.show(run);
  }

  follow(run, on) {
    if (on && !this.followed.has(run)) {
      if (this.followed.size >= COLOURS) this.followed.delete([...this.followed.keys()].find((name) => name !== this.selected));
      const used = new Set([...this.followed.values()].map((one) => one.colour));
      let colour = 1;
      while (used.has(colour)) colour++;
      const made = new Followed(run, colour);
      made.facts = this.table.runs.find((one) => one.name === run) ?? null;
      made.isListed = Boolean(made.facts);
      this.followed.set(run, made);
      this.stream.open();
    } else if (!on && this.followed.delete(run)) {
      this.stream.open();
    }
    this.drawCurves();
  }

  drawCurves() {
    const runs = [...this.followed.values()];
    const labels = labelsOf(runs.map((one) => one.facts ?? one), this.defaults);
    for (const one of runs) one.label = labels.get(one.name);
    this.curves.draw(runs);
  }

  changed(one, state) {
    this.drawCurves();
    if (one.name === this.selected) {
      this.draw();
      this.insight.progressed(one);
    } else if (this.followed.has(this.selected)) this.lineage.show(this.followed.get(this.selected)); // its parent, perhaps
    if (state) {
      this.table.told(one.facts);
      this.refresh().catch(() => {});
    } else if (one.epochs.length !== one.listed && Date.now() - this.refreshed > OFTEN) {
      one.listed = one.epochs.length; // the table has the accuracy
      this.refresh().catch(() => {});
    }
  }

  /** Moves the clock of a search, which says nothing for minutes. */
  tick() {
    const facts = this.followed.get(this.selected)?.facts;
    if (facts?.search && facts.state === 'running') this.draw();
  }

  draw() {
    const one = this.followed.get(this.selected);
    if (!one) return;
    const { id } = document.activeElement;
    const { facts, last } = one;
    const total = one.total;
    const running = facts?.state === 'running';
    if (running && last && facts.images === undefined && !facts.search && !one.asked) {
      one.asked = true;
      get(`/api/data/${facts.data}`).catch(() => {}); // opens the set, whose size tells the number of steps
    }
    // Without validation losses, which compare as false, the last epoch's model is kept.
    const epoch = running ? one.epochs.at(-1) : one.epochs.reduce((best, next) => (best?.validationLoss <= next.validationLoss ? best : next), undefined);
    this.title.textContent = facts?.title || one.name;
    if (facts) this.tools.show(facts);
    this.lineage.show(one);
    const lost = this.stream.lost;
    this.note.textContent = lost ? 'The studio does not respond; trying again …'
      : facts?.state === 'unreadable' ? facts.reason
      : facts?.state === 'failed' ? `It failed: ${inWords(facts.reason || 'the reason was not saved')}`
      : this.insight.warning ? this.insight.warning
      : last || !running || facts.search ? '' : facts?.flags?.pretrained ? 'The photos go through the pretrained layers once; then the last layer is fitted.' : 'Starting: the data is being read.';
    const rate = one.steps[0]?.lr / 5; // what a network at chance level may need
    if (this.insight.warning && this.note.textContent === this.insight.warning && rate > 0) this.note.append(' ', quiet({ id: 'try-rate', onclick: () => this.again(facts, +rate.toPrecision(1)) }, `Try the rate ${+rate.toPrecision(1)} instead of ${+one.steps[0].lr.toPrecision(2)}`));
    this.insight.element.hidden = facts?.state === 'failed' && !facts.model && !facts.checkpoint;
    const bad = lost || ['failed', 'unreadable'].includes(facts?.state);
    this.note.classList.toggle('error', bad);
    this.note.classList.toggle('warn', !bad && this.insight.warning !== '');
    const search = facts?.search;
    this.search.show(facts);
    this.trial.show(facts);
    this.step.show(facts);
    this.chart.hidden = Boolean(search) && this.followed.size === 1 && one.steps.length < 2;
    this.progress.value = facts?.state === 'finished' ? 1 : search ? (running ? progressOf(search).value : 0) : Number.isFinite(total) && last ? Math.min(1, last.step / total) : 0;
    const left = running && last && Number.isFinite(total)
      ? ((total - last.step) * Number(facts.flags.batch)) / Math.max(1, last.imagesPerSecond) : NaN;
    const test = epoch && 'testMeanAP' in epoch ? ['Test mean AP', percent(epoch.testMeanAP)] : epoch && !('testAccuracy' in epoch) ? ['Accuracy, held out', percent(epoch.validationAccuracy)] : ['Test accuracy', figure(epoch?.testAccuracy, facts?.tested)];
    const best = search && (chosenOf(search) ?? search.candidates?.find(({ name }) => name === search.soFar));
    const rows = search ? [ // what is not known yet is left out
      ['State', facts.state],
      ['Accuracy, held out', best && figure(best.accuracy, best.photos)],
      ['Test accuracy', search.test && figure(search.test.accuracy, search.test.photos)],
      ['Time', running ? progressOf(search).text : epoch && clock(epoch.seconds)],
    ].filter(([, value]) => value) : [
      ['State', facts?.state ?? '…'],
      ['Step', last ? grouped(last.step) : '–'],
      ['Epoch', last ? `${last.epoch}${facts?.flags?.epochs ? ` of ${facts.flags.epochs}` : ''}` : '–'],
      ['Loss', last ? last.loss.toFixed(4) : '–'],
      test,
      ['Images per second', last ? grouped(Math.round(running ? last.imagesPerSecond : one.steps.reduce((sum, step) => sum + step.imagesPerSecond / one.steps.length, 0))) : '–'],
      ['Learning rate', last ? Number(last.lr.toPrecision(4)) : '–'],
      ...(running ? [['Time left', clock(left)]] : []),
    ];
    this.facts.replaceChildren(...rows.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
    this.drawButtons(one);
    if (this.drawn === one) refocus(id); // the same button of another run is another action
    this.drawn = one;
  }

  /** Only what can be pressed. */
  drawButtons(one) {
    const { state, checkpoint, model, ours, search } = one.facts ?? {};
    const key = [one.name, state, checkpoint, model, Boolean(search)].join(' ');
    if (this.buttonsOf === key) return;
    this.buttonsOf = key;
    const act = async (verb) => {
      one.facts = await post(`/api/runs/${one.name}/${verb}`);
      this.buttonsOf = '';
      this.table.told(one.facts);
      this.draw();
      (this.buttons.querySelector('button') ?? this.title).focus(); // the pressed one is gone
    };
    const button = (text, verb, can) => can && el('button', { id: `do-${verb}`, class: verb === 'stop' ? 'quiet' : null, onclick: (event) => busy(event.currentTarget, () => act(verb)) }, text);
    const running = state === 'running';
    this.buttons.replaceChildren(...[
      button('Pause', 'pause', ours && running && !search),
      button('Resume', 'resume', checkpoint && !search && ['paused', 'stopped', 'failed'].includes(state)),
      search && ours && running ? asking({ id: 'do-stop' }, 'Stop', () => (model ? 'Stop, and keep the model so far?' : 'Stop, and lose what it has found?'), () => act('stop')) : button('Stop', 'stop', ours && ['running', 'paused'].includes(state)),
      running && note(ours ? (search ? 'A search keeps no checkpoint.' : 'Pausing and stopping save a checkpoint first.') : 'Started outside the studio: stop it there with Ctrl-C.'),
      model && el('a', { class: 'onward', href: `#inside/${one.name}` }, 'Look inside it')].filter(Boolean));
  }
}

function wantedRun(runs) {
  const asked = decodeURIComponent(location.hash.split('/')[1] ?? '');
  return (runs.find((run) => run.name === asked) ?? runs.find((run) => run.state === 'running') ?? runs[0]).name;
}

export async function mount(place) {
  place.replaceChildren(hint('Loading the runs …'));
  const page = new TrainPage();
  setInterval(() => document.hidden || page.tick(), SECOND);
  const choices = await get('/api/choices');
  page.defaults = choices.defaults;
  page.launch.load(choices);
  await page.refresh();
  place.replaceChildren(page.element); // all at once: nothing moves afterwards
  page.curves.rebuild();
  setInterval(() => document.hidden || page.refresh().catch(() => {}), LIST_EVERY);
  addEventListener('hashchange', () => location.hash.startsWith('#train') && get('/api/data').then(({ data }) => (page.launch.offer(data), page.launch.changed()), () => {}));
}
