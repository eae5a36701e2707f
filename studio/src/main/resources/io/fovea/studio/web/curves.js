// The curves of one or several runs, drawn by uPlot.
import uPlot from './uplot/uPlot.esm.js';
import { colour, el } from './api.js';

const HEIGHT = 320;

/** The exponential mean of what was before, without its bias towards the first value. */
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

export class Curves {
  constructor() {
    this.runs = [];
    this.what = el('select', { id: 'curve-what', 'aria-label': 'What the curves show', onchange: () => this.rebuild() },
      el('option', { value: 'loss' }, 'Loss'), el('option', { value: 'accuracy' }, 'Accuracy'), el('option', { value: 'lr' }, 'Learning rate'), el('option', { value: 'imagesPerSecond' }, 'Images per second'));
    this.log = el('input', { type: 'checkbox', id: 'curve-log', onchange: () => this.rebuild() });
    this.smooth = el('input', { type: 'range', id: 'curve-smooth', min: 0, max: 0.98, step: 0.02, value: 0.6, oninput: () => this.rebuild() });
    this.plot = el('div', { class: 'plot', role: 'img', 'aria-label': 'Curves of the ticked runs' });
    this.empty = el('p', { class: 'hint centre' }, 'The curve begins with the first logged step.');
    this.legend = el('p', { class: 'hint' }, 'Line: batches in training. Dots: all test images, after each epoch.');
    this.element = el('div', {},
      el('div', { class: 'row controls' }, el('h2', {}, 'Curves'), el('span', { class: 'narrow' }, this.what),
        el('label', { class: 'row', for: 'curve-log' }, this.log, 'Log scale'),
        el('label', { class: 'row', for: 'curve-smooth' }, 'Smoothing', this.smooth)),
      el('div', { class: 'plot-frame' }, this.plot, this.empty), this.legend);
    new ResizeObserver(() => this.chart?.setSize({ width: this.width(), height: HEIGHT })).observe(this.plot);
    document.addEventListener('fovea-theme', () => this.rebuild());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.rebuild());
  }

  width() {
    return Math.max(200, this.plot.clientWidth);
  }

  /** Draws these runs; the chart is made anew only where the runs are others. */
  draw(runs) {
    const key = runs.map((run) => `${run.name} ${run.colour}`).join(',');
    this.runs = runs;
    if (key !== this.key || !this.chart) {
      this.key = key;
      this.rebuild();
    } else {
      this.chart.setData(this.data());
      this.count();
    }
  }

  rebuild() {
    this.chart?.destroy();
    const what = this.what.value;
    const share = what === 'accuracy';
    const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line') }, font: '12px system-ui, sans-serif' };
    const series = [{ label: 'step' }];
    for (const run of this.runs) {
      const own = colour(`--curve-${run.colour}`);
      series.push({ label: `${run.name} training`, stroke: own, width: 2, spanGaps: true, points: { show: false } });
      series.push({ label: `${run.name} test`, stroke: own, paths: () => null, points: { show: true, size: 9, fill: own } });
    }
    this.chart = new uPlot({
      width: this.width(), height: HEIGHT, legend: { show: false }, cursor: { drag: { x: true, y: false } },
      scales: { x: { time: false }, y: { distr: this.log.checked && !share ? 3 : 1 } },
      axes: [{ ...axis, label: 'step', labelSize: 20, labelFont: axis.font }, { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : share ? `${+(100 * tick).toFixed(2)} %` : String(+tick.toPrecision(4)))) }],
      series,
    }, this.data(), this.plot);
    this.count();
  }

  count() {
    const points = this.runs.reduce((sum, run) => sum + run.steps.length, 0);
    this.plot.dataset.points = String(points);
    this.empty.hidden = points > 0;
  }

  data() {
    const what = this.what.value;
    const test = { loss: 'testLoss', accuracy: 'testAccuracy' }[what];
    const log = this.log.checked && what !== 'accuracy';
    const weight = ['loss', 'accuracy', 'imagesPerSecond'].includes(what) ? Number(this.smooth.value) : 0;
    const tables = [];
    for (const run of this.runs) {
      const values = smoothed(run.steps.map((step) => step[what]), weight).map((value) => (log && value <= 0 ? null : value));
      tables.push([run.steps.map((step) => step.step), values]);
      const ends = test ? run.epochs.filter((epoch) => Number.isFinite(epoch[test])) : [];
      tables.push([ends.map((epoch) => epoch.step), ends.map((epoch) => epoch[test])]);
    }
    return tables.length ? uPlot.join(tables) : [[]];
  }
}
