// The table of runs, a comparison of some of them, and actions on one: name, note, download, delete.
import { answer, busy, clock, el, h2, hint, labelled, named, percent, post, quiet, refocus, row, save, say, scrolled, td, th } from './api.js';
import { shortName } from './curves.js';
import { SAME, differing, switches, textOf, titleOf } from './form.js';

/** The name of a run: the user's, or the folder's. */
export const nameOf = (run) => run.title || shortName(run.name);

const number = (value) => (value === undefined ? '–' : value.toLocaleString('en'));

const flagOf = (run, name, defaults) => textOf(run.flags?.[name] ?? defaults[name] ?? '–');

/** The flags in which runs differ. */
const differences = (runs, defaults) => [...new Set(runs.flatMap((run) => Object.keys(run.flags ?? {})))].filter((name) => new Set(runs.map((run) => flagOf(run, name, defaults))).size > 1);

/** The names of runs in curves and columns: of the same ones, what differs among them. */
export function labelsOf(runs, defaults) {
  return new Map(runs.map((run) => {
    const alike = differences(runs.filter((one) => nameOf(one) === nameOf(run)), defaults);
    return [run.name, alike.map((name) => `${titleOf(name)} ${flagOf(run, name, defaults)}`).join(', ') || nameOf(run)];
  }));
}

/** A run's settings that differ from the defaults, in one line. It begins with first. */
export const settingsOf = (run, defaults, first = []) => [...first.map((name) => [name, flagOf(run, name, defaults)]), ['', run.flags?.model ?? ''], ...differing(run.flags, defaults)]
  .filter(([name, value], k) => value && (k < first.length || !first.includes(name || 'model'))).map(([name, value]) => `${titleOf(name)} ${textOf(value)}`.trim()).join(', ');

const COLUMNS = [
  { key: 'name', title: 'Run', of: (run) => run.name, show: nameOf },
  { key: 'state', title: 'State', of: (run) => run.state, show: (run) => run.state },
  { key: 'data', title: 'Data', of: (run) => run.data, show: (run) => run.data },
  { key: 'settings', title: 'Settings', of: (run, defaults) => settingsOf(run, defaults), show: settingsOf },
  { key: 'accuracy', title: 'Accuracy', of: (run) => run.score?.accuracy ?? -1, show: (run) => (run.score?.accuracy === undefined ? '–' : `${percent(run.score.accuracy)} ${run.score.judge}${run.tested && run.score.judge === 'test' ? ` of ${number(run.tested)}` : ''}`), number: true },
  { key: 'time', title: 'Time', of: (run) => run.score?.seconds ?? 0, show: (run) => (run.score?.seconds ? clock(run.score.seconds) : '–'), number: true },
  { key: 'speed', title: 'Images/s', of: (run) => run.score?.imagesPerSecond ?? -1, show: (run) => number(run.score?.imagesPerSecond), number: true },
];

export class RunsTable {
  /** @param page has followed, selected, defaults, choose(run), follow(run, on), refresh() */
  constructor(page) {
    this.page = page;
    this.runs = [];
    this.order = { key: 'name', down: true };
    this.filter = el('input', { type: 'text', id: 'run-filter', 'aria-label': 'Show only runs with these words', placeholder: 'Filter: mnist finished', autocomplete: 'off', oninput: () => this.draw() });
    this.head = el('tr', {});
    this.body = el('tbody', {});
    this.count = el('span', { class: 'hint', role: 'status' });
    this.bin = el('details', { class: 'bin', hidden: true });
    this.side = el('div', { class: 'card compare', hidden: true });
    this.element = el('div', { class: 'card all-runs' },
      el('div', { class: 'row controls' }, h2('Runs'), this.count, el('span', { class: 'narrow' }, this.filter)),
      hint('Tick runs to compare their curves and settings; choose one to see its details.'),
      scrolled('Table of the runs', el('table', { class: 'runs' }, el('thead', {}, this.head), this.body)),
      this.bin);
    this.heads();
  }

  heads() {
    this.head.replaceChildren(el('td', {}), ...COLUMNS.map((column) => {
      const own = column.key === this.order.key;
      return el('th', { scope: 'col', class: column.number ? 'number' : null, 'aria-sort': own ? (this.order.down ? 'descending' : 'ascending') : 'none' },
        el('button', { class: 'link', id: `sort-${column.key}`, onclick: () => this.sort(column) }, column.title, el('span', { 'aria-hidden': 'true' }, own ? (this.order.down ? ' ▾' : ' ▴') : '')));
    }));
  }

  sort(column) {
    this.order = { key: column.key, down: column.key === this.order.key ? !this.order.down : Boolean(column.number) };
    this.heads();
    this.draw();
    document.getElementById(`sort-${column.key}`).focus();
  }

  take({ runs, deleted }) {
    this.runs = runs;
    this.deleted = deleted ?? [];
    this.draw();
  }

  /** Shows a run's new state at once. */
  told(facts) {
    const before = this.runs.find((run) => run.name === facts.name);
    if (!before) return;
    Object.assign(before, facts);
    this.draw();
  }

  shown() {
    const { defaults } = this.page;
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const column = COLUMNS.find((one) => one.key === this.order.key);
    const sign = this.order.down ? -1 : 1;
    const text = (run) => [run.name, run.title, run.note, run.state, run.data, settingsOf(run, defaults), ...differing(run.flags, defaults)].join(' ').toLowerCase();
    return this.runs.filter((run) => words.every((word) => text(run).includes(word)))
      .sort((a, b) => {
        const [x, y] = [column.of(a, defaults), column.of(b, defaults)];
        return sign * (x < y ? -1 : x > y ? 1 : 0);
      });
  }

  draw() {
    const { id } = document.activeElement;
    const { page } = this;
    const shown = this.shown();
    const first = differences(this.ticked(), page.defaults);
    this.count.textContent = shown.length === this.runs.length ? `${this.runs.length}` : `${shown.length} of ${this.runs.length}`;
    this.body.replaceChildren(...shown.map((run) => {
      const one = page.followed.get(run.name);
      const box = el('input', { type: 'checkbox', id: `tick-${run.name}`, 'aria-label': `Show the curve of ${nameOf(run)}`, onchange: () => (page.follow(run.name, box.checked), this.draw()) });
      box.checked = Boolean(one);
      const chosen = run.name === page.selected;
      const cells = COLUMNS.map((column) => {
        const value = column.show(run, page.defaults, first);
        if (column.key === 'name') return named(el('button', { class: 'link', id: `run-${run.name}`, title: run.name, 'aria-current': chosen ? 'true' : null, onclick: () => (page.choose(run.name), this.draw()) }, value), el('span', { class: 'hint second' }, COLUMNS.find((one) => one.key === 'accuracy').show(run)));
        if (column.key === 'state') return td(el('span', { class: `state ${run.state}` }, value));
        if (column.key === 'settings') return el('td', { class: 'settings' }, el('span', { title: value }, value));
        return el('td', { class: column.number ? 'number' : null }, value);
      });
      return el('tr', { class: chosen ? 'chosen' : null }, el('td', { class: 'tick' }, box, el('span', { class: `swatch ${one ? `c${one.colour}` : ''}`, 'aria-hidden': 'true' })), ...cells);
    }));
    this.drawBin();
    this.compare();
    refocus(id);
  }

  drawBin() {
    const deleted = this.deleted ?? [];
    this.bin.hidden = deleted.length === 0;
    this.bin.replaceChildren(el('summary', {}, `Deleted runs (${deleted.length})`),
      el('ul', {}, ...deleted.map((run) => el('li', { class: 'row' }, run.title || run.name, quiet({ id: `restore-${run.name}`, onclick: (event) => this.restore(event.currentTarget, run.name) }, 'Restore')))),
      quiet({ id: 'empty-bin', onclick: (event) => busy(event.currentTarget, async () => {
        await post('/api/trash/empty');
        await this.page.refresh();
      }) }, 'Remove them permanently'));
  }

  restore(button, run) {
    return busy(button, async () => {
      await post(`/api/runs/${run}/restore`);
      await this.page.refresh();
      this.page.choose(run);
      this.page.gone.hidden = true;
      say('The run is restored.');
      document.getElementById(`run-${run}`)?.focus();
    });
  }

  ticked() {
    return this.runs.filter((run) => this.page.followed.has(run.name));
  }

  /** The ticked runs side by side: their results, and the settings that differ. */
  compare() {
    const { defaults } = this.page;
    const some = this.ticked();
    this.side.hidden = some.length < 2;
    if (this.side.hidden) return;
    const labels = labelsOf(some, defaults);
    const rows = [...COLUMNS.filter(({ number: isResult }) => isResult).map((column) => [column.title, (run) => column.show(run, defaults)]),
      ...differences(some, defaults).map((name) => [titleOf(name), (run) => flagOf(run, name, defaults)])];
    this.side.replaceChildren(h2('Side by side'), hint('The results of the ticked runs, and the settings that differ.'),
      scrolled('Runs side by side', el('table', {},
        el('thead', {}, el('tr', {}, el('td', {}), ...some.map((run) => th(el('span', { class: `swatch c${this.page.followed.get(run.name).colour}`, 'aria-hidden': 'true' }), ' ', labels.get(run.name))))),
        el('tbody', {}, ...rows.map(([title, of]) => el('tr', {}, named(title), ...some.map((run) => td(String(of(run))))))))));
  }
}

const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${String(text).replaceAll("'", "'\\''")}'`);

export function command(run, defaults) {
  const model = run.flags?.model && run.flags.model !== defaults.model ? [['model', run.flags.model]] : [];
  const flags = [...model, ...differing(run.flags, defaults)].filter(([name]) => !run.flags.fork || !SAME.includes(name)).map(([name, value]) => (switches.has(name) ? `--${name}` : `--${name} ${quoted(value)}`));
  return ['fovea train', quoted(run.dataPath || run.data || 'mnist'), ...flags].join(' ');
}

export class RunTools {
  constructor(page) {
    this.page = page;
    this.title = el('input', { type: 'text', id: 'run-name', maxlength: 80, autocomplete: 'off' });
    this.note = el('textarea', { id: 'run-note', rows: 3, maxlength: 4000 });
    this.settings = el('dl', { class: 'settings-of' });
    this.code = el('div', {});
    this.links = el('div', { class: 'row' });
    this.element = el('div', { class: 'tools' },
      this.links,
      el('details', { id: 'settings-of' }, el('summary', {}, 'Details'), this.settings,
        el('form', { onsubmit: (event) => (event.preventDefault(), this.keep(event.submitter)) },
          labelled('run-name', 'Name', el('span', { class: 'hint' }, 'Shown instead of the folder’s name.'), this.title),
          labelled('run-note', 'Note', this.note), quiet({ type: 'submit', id: 'keep-note' }, 'Save')),
        this.code));
  }

  keep(button) {
    return busy(button, async () => {
      await post(`/api/runs/${this.run.name}/note`, { title: this.title.value, note: this.note.value });
      await this.page.refresh();
      say('Saved.');
    });
  }

  /** Shows a run, and keeps text being typed. */
  show(run) {
    const key = JSON.stringify([run.name, run.state, run.title, run.note, run.model, run.search?.soFar, run.report, run.flags]);
    if (key === this.key) return;
    const other = run.name !== this.run?.name;
    this.key = key;
    this.run = run;
    const { defaults } = this.page;
    if (other || !this.element.contains(document.activeElement)) {
      this.title.value = run.title ?? '';
      this.note.value = run.note ?? '';
    }
    const own = differing(run.flags, defaults);
    this.settings.replaceChildren(...[['Data', run.dataPath || run.data], ['model', run.flags?.model ?? ''], ...own].map(([name, value]) => el('div', {}, el('dt', {}, titleOf(name)), el('dd', {}, textOf(value)))));
    const text = command(run, defaults);
    this.code.replaceChildren(row(el('h3', {}, 'From a terminal'),
      quiet({ 'aria-label': 'Copy the command line', onclick: () => navigator.clipboard.writeText(text).then(() => say('Copied.'), () => say('The browser does not allow copying; select the text.', true)) }, 'Copy')), el('pre', { tabindex: 0, 'aria-label': 'Command line' }, text),
      run.model ? el('pre', { tabindex: 0, 'aria-label': 'Command line that serves it' }, `fovea serve ${quoted(run.path)} --reload on`) : '');
    const download = (file, text) => quiet({ id: `get-${file.split('.').pop()}`, onclick: (event) => busy(event.currentTarget, () => this.fetch(run, file)) }, text);
    const mark = run.search?.soFar ? ' so far' : '';
    this.links.replaceChildren(
      run.model ? download('model.safetensors', `Model${mark}`) : '', run.model ? download('model.onnx', `ONNX${mark}`) : '', run.report ? download('report.html', 'Report') : '',
      quiet({ id: 'do-again', onclick: () => this.page.again(run) }, 'Run again with these'),
      ['running', 'stopping'].includes(run.state) ? '' : quiet({ id: 'do-delete', onclick: (event) => this.remove(event.currentTarget, run) }, 'Delete'));
  }

  /** Saves a file of the run, or shows the server's refusal. */
  async fetch(run, file) {
    const blob = await (await answer(`/api/runs/${run.name}/${file}`)).blob();
    save(blob, `${run.name}.${file.split('.').pop()}`);
  }

  remove(button, run) {
    return busy(button, async () => {
      await post(`/api/runs/${run.name}/delete`);
      await this.page.refresh();
      document.getElementById('undo-delete')?.focus();
    });
  }
}
