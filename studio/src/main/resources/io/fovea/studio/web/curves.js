// The curves of one or several runs, drawn by uPlot.
import { clock, colour, el, h2, hint, onTheme, option, percent, quiet, save } from './api.js';

const { uPlot } = window; // a script of index.html: its small file is no module

/** The interval between drawings of growing curves, so that the browser leaves the processor to the training. */
const PAUSE = 1000;

const HINT = 'Line: training batches. Dots: test images, after each epoch; rings: validation images. Drag, or press +, to enlarge a part; double-click, or press 0, to see all. Click, or press Enter, to choose a step.';

/** The exponential mean of the earlier values, corrected for its bias towards the first. */
export function smoothed(values, weight) {
  if (weight === 0) return values;
  let mean = 0;
  let norm = 0;
  return values.map((value) => {
    mean = weight * mean + (1 - weight) * value;
    norm = weight * norm + (1 - weight);
    return mean / norm;
  });
}

/** A run's name without its date: 10:05 mnist-pooled. */
export const shortName = (name) => name.replace(/^\d{8}-(\d\d)(\d\d)\d\d-/, '$1:$2 ');

/** The x of each line of a run: its step, its epoch with the finished fraction, or its elapsed seconds. */
export function places(run, wanted) {
  const each = run.epochs.length ? run.epochs[0].step / run.epochs[0].epoch : run.total / Number(run.facts?.flags?.epochs ?? NaN);
  const batch = Number(run.facts?.flags?.batch ?? NaN);
  const by = (wanted === 'epoch' && !(each > 0)) || (wanted === 'time' && !(batch > 0)) ? 'step' : wanted; // not known yet
  let seconds = 0;
  let before = 0;
  const times = run.steps.map((line) => {
    seconds += ((line.step - before) * batch) / Math.max(1, line.imagesPerSecond);
    before = line.step;
    return seconds;
  });
  const at = (line) => {
    if (by === 'epoch') return line.step / each;
    if (by === 'step') return line.step;
    let k = -1;
    while (k + 1 < run.steps.length && run.steps[k + 1].step <= line.step) k++;
    return k < 0 ? run.epochs.reduce((sum, epoch) => sum + (epoch.step <= line.step ? epoch.seconds : 0), 0) : times[k];
  };
  return { steps: by === 'time' ? times : run.steps.map(at), epochs: run.epochs.map(at) };
}

export class Curves {
  /** onpick receives a place of the x axis that is clicked. */
  constructor(onpick = () => {}) {
    this.onpick = onpick;
    this.runs = [];
    this.zoom = null;
    this.what = el('select', { id: 'curve-what', 'aria-label': 'What the curves show', onchange: () => ((this.log.checked = this.what.value === 'loss'), this.rebuild()) },
      option('loss', 'Loss'), option('accuracy', 'Accuracy'));
    this.by = el('select', { id: 'curve-by', 'aria-label': 'Horizontal axis of the curves', onchange: () => ((this.zoom = null), this.rebuild()) }, option('step', 'by step'), option('epoch', 'by epoch'), option('time', 'by time'));
    this.log = el('input', { type: 'checkbox', id: 'curve-log', checked: true, onchange: () => this.rebuild() });
    this.smooth = el('input', { type: 'range', id: 'curve-smooth', 'aria-label': 'Smoothing', min: 0, max: 0.98, step: 0.02, value: 0.6, oninput: () => this.rebuild() });
    this.plot = el('div', { class: 'plot', role: 'slider', tabindex: 0, 'aria-label': 'Curves of the ticked runs; arrow keys read them step by step', 'aria-valuemin': 0, 'aria-valuemax': 0, 'aria-valuenow': 0, 'aria-valuetext': 'no step yet',
      onkeydown: (event) => this.press(event), ondblclick: () => this.enlarge(null), onblur: () => this.chart?.setCursor({ left: -10, top: -10 }) });
    this.empty = el('p', { class: 'hint centre' }, 'The curve begins with the first logged step.');
    this.readout = el('p', { class: 'readout', id: 'curve-readout' }, 'Point at the curves to read them.');
    this.element = el('div', {},
      el('div', { class: 'row controls' }, h2('Curves'), el('span', { class: 'narrow' }, this.what), el('span', { class: 'narrow' }, this.by),
        el('label', { class: 'row', for: 'curve-log' }, this.log, 'Log scale'),
        el('details', {}, el('summary', {}, 'Smoothing'), this.smooth),
        quiet({ id: 'curve-csv', onclick: () => this.csv() }, 'CSV')),
      el('div', { class: 'plot-frame' }, this.plot, this.empty), this.readout, hint(HINT));
    let down = 0;
    this.plot.addEventListener('pointerdown', (event) => (down = event.clientX));
    this.plot.addEventListener('click', (event) => { // not the end of a drag
      if (Math.abs(event.clientX - down) < 4 && this.chart.over.contains(event.target)) onpick(this.chart.posToVal(event.clientX - this.chart.over.getBoundingClientRect().left, 'x'));
    });
    new ResizeObserver(() => this.chart?.setSize(this.size())).observe(this.plot);
    onTheme(() => this.rebuild());
  }

  size() {
    return { width: Math.max(200, this.plot.clientWidth), height: Math.max(200, this.plot.clientHeight) };
  }

  /** Draws these runs; a new chart is made only for other runs, and new numbers are drawn together. */
  draw(runs) {
    const those = runs.map((run) => `${run.name} ${run.colour}`).join(',');
    this.runs = runs;
    if (those !== this.those || !this.chart) {
      this.those = those;
      this.rebuild();
    } else if (!this.waiting) {
      this.waiting = setTimeout(() => {
        this.waiting = 0;
        this.refresh();
      }, this.empty.hidden ? Math.max(0, PAUSE - (Date.now() - this.drawn)) : 0);
    }
  }

  refresh() {
    this.drawn = Date.now();
    if (this.zoom) {
      this.chart.setData(this.data(), false);
      this.chart.setScale('x', this.zoom);
    } else {
      this.chart.setData(this.data());
    }
    this.count();
  }

  rebuild() {
    this.chart?.destroy();
    this.drawn = Date.now();
    const share = this.what.value === 'accuracy';
    const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line') }, font: '12px system-ui, sans-serif' };
    const series = [{ label: 'step' }];
    const back = colour('--card');
    const data = this.data();
    for (const run of this.runs) {
      const own = colour(`--curve-${run.colour}`);
      series.push({ label: 'training', run, stroke: own, width: 2, spanGaps: true, points: { show: false } });
      series.push({ label: 'test', run, stroke: own, paths: () => null, points: { show: true, size: 10, width: 2, stroke: back, fill: own } });
      series.push({ label: 'held out', run, stroke: own, paths: () => null, points: { show: true, size: 9, width: 2, fill: back } });
    }
    this.chart = new uPlot({
      ...this.size(), legend: { show: false }, cursor: { drag: { x: true, y: false } },
      scales: { x: { time: false }, y: { distr: this.log.checked && !share ? 3 : 1 } },
      axes: [{ ...axis, label: this.by.value === 'time' ? 'seconds' : this.by.value, labelSize: 20, labelFont: axis.font }, { ...axis, size: 64, label: this.what.selectedOptions[0].textContent.toLowerCase(), labelSize: 20, labelFont: axis.font, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : share ? `${+(100 * tick).toFixed(2)} %` : tick >= 1e5 ? tick.toExponential() : String(+tick.toPrecision(4)))) }],
      series,
      hooks: {
        draw: [(chart) => this.names(chart)],
        setCursor: [(chart) => this.read(chart)],
        setSelect: [(chart) => chart.select.width > 0 && this.enlarge({ min: chart.posToVal(chart.select.left, 'x'), max: chart.posToVal(chart.select.left + chart.select.width, 'x') })],
      },
    }, data, this.plot);
    if (this.zoom) this.chart.setScale('x', this.zoom);
    this.count();
  }

  names({ ctx, data, series, bbox, valToPos }) {
    if (this.runs.length < 2) return;
    ctx.save();
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = 'right';
    series.forEach((one, k) => {
      const end = one.label === 'training' ? data[k].findLastIndex((value) => value != null) : -1;
      if (end < 0) return;
      ctx.fillStyle = colour(`--curve-${one.run.colour}`);
      ctx.fillText(one.run.label, Math.min(bbox.left + bbox.width, valToPos(data[0][end], 'x', true)) - 4, valToPos(data[k][end], 'y', true) - 6 * devicePixelRatio);
    });
    ctx.restore();
  }

  /** The step of a run at a place of the x axis, between its logged ones in proportion. */
  stepAt(run, x) {
    const at = [0, ...places(run, this.by.value).steps];
    const steps = [0, ...run.steps.map((line) => line.step)];
    const k = at.findIndex((each) => each >= x);
    if (k < 0) return Math.max(steps.at(-1), run.epochs.at(-1)?.step ?? 0);
    return Math.max(1, k === 0 ? 1 : Math.round(steps[k - 1] + ((x - at[k - 1]) / (at[k] - at[k - 1])) * (steps[k] - steps[k - 1])));
  }

  /** Shows a part of the steps, or all. */
  enlarge(part) {
    this.zoom = part;
    if (this.chart) this.refresh();
  }

  press(event) {
    const steps = this.chart?.data[0] ?? [];
    if (steps.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.chart.cursor.idx ?? -1;
    const next = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, PageUp: at + 10, PageDown: at - 10, Home: 0, End: steps.length - 1 }[event.key];
    if (next !== undefined) {
      const k = Math.min(Math.max(next, 0), steps.length - 1);
      if (this.zoom && (steps[k] < this.zoom.min || steps[k] > this.zoom.max)) this.enlarge(null);
      this.chart.setCursor({ left: this.chart.valToPos(steps[k], 'x'), top: this.chart.over.clientHeight / 2 });
    } else if (event.key === 'Enter' && at >= 0) {
      this.onpick(steps[at]);
    } else if (event.key === '+') {
      const { min, max } = this.chart.scales.x;
      const middle = at < 0 ? (min + max) / 2 : steps[at];
      this.enlarge({ min: middle - (max - min) / 4, max: middle + (max - min) / 4 });
    } else if (event.key === '0' || (event.key === 'Escape' && this.zoom)) {
      this.enlarge(null);
    } else return;
    event.preventDefault();
  }

  read(chart) {
    const at = chart.cursor.idx;
    const [steps, ...lines] = chart.data;
    if (at === null || at === undefined || !steps?.length) {
      this.readout.textContent = 'Point at the curves to read them.';
      return;
    }
    const word = (value) => (this.what.value === 'accuracy' ? percent(value) : String(+value.toPrecision(4)));
    const parts = [];
    const ends = new Map();
    lines.forEach((values, k) => {
      const { run } = chart.series[k + 1];
      ends.set(run, Math.max(ends.get(run) ?? 0, values.findLastIndex((value) => value != null)));
    });
    lines.forEach((values, k) => {
      const { label, run } = chart.series[k + 1];
      let from = at;
      if (at > ends.get(run)) return; // it had ended by then
      while (label === 'training' && from > 0 && values[from] == null) from--;
      if (values[from] != null) parts.push([run, `${run.label} ${label} ${word(values[from])}`]);
    });
    const where = { step: `Step ${steps[at].toLocaleString('en')}`, epoch: `Epoch ${+steps[at].toFixed(2)}`, time: `After ${clock(steps[at])}` }[this.by.value];
    this.readout.replaceChildren(el('strong', {}, where),
      ...parts.map(([run, text]) => el('span', { class: 'told' }, el('span', { class: `swatch c${run.colour}`, 'aria-hidden': 'true' }), text)));
    const facts = { 'aria-valuenow': steps[at], 'aria-valuemax': steps[steps.length - 1], 'aria-valuetext': `${where.replace(/^./, (first) => first.toLowerCase())}: ${parts.map(([, text]) => text).join(', ')}` };
    for (const [name, value] of Object.entries(facts)) this.plot.setAttribute(name, String(value));
  }

  csv() {
    const names = ['loss', 'accuracy', 'lr', 'imagesPerSecond', 'trainLoss', 'trainAccuracy', 'validationLoss', 'validationAccuracy', 'testLoss', 'testAccuracy', 'validationMeanAP', 'testMeanAP'];
    const lines = [['run', 'kind', 'step', 'epoch', 'seconds', ...names]];
    for (const run of this.runs) {
      const at = places(run, 'time');
      run.steps.forEach((line, i) => lines.push([run.name, 'step', line.step, line.epoch, at.steps[i]?.toFixed(3), ...names.map((name) => line[name] ?? '')]));
      run.epochs.forEach((line, i) => lines.push([run.name, 'epoch', line.step, line.epoch, at.epochs[i]?.toFixed(3), ...names.map((name) => line[name] ?? '')]));
    }
    save(new Blob([lines.map((line) => `${line.join(',')}\n`).join('')], { type: 'text/csv' }), 'runs.csv');
  }

  count() {
    const points = this.runs.reduce((sum, run) => sum + run.steps.length, 0);
    this.plot.dataset.points = String(points);
    this.empty.hidden = points > 0 || this.runs.some((run) => run.epochs.length > 0);
  }

  data() {
    const what = this.what.value;
    const ends = { loss: ['testLoss', 'validationLoss'], accuracy: ['testAccuracy', 'validationAccuracy'] }[what] ?? [];
    const log = this.log.checked && what !== 'accuracy';
    const weight = what === 'lr' ? 0 : Number(this.smooth.value);
    const tables = [];
    for (const run of this.runs) {
      const at = places(run, this.by.value);
      const values = smoothed(run.steps.map((step) => step[what]), weight).map((value) => (log && value <= 0 ? null : value));
      tables.push([at.steps, values]);
      for (const k of [0, 1]) {
        const known = (run.facts?.search ? [] : run.epochs).map((epoch, i) => [at.epochs[i], epoch[ends[k]]]).filter(([, value]) => Number.isFinite(value));
        tables.push([known.map(([x]) => x), known.map(([, value]) => value)]);
      }
    }
    return tables.length ? uPlot.join(tables) : [[]];
  }
}
