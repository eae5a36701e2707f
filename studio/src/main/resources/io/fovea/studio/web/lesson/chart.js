// The loss curve: each batch faint, the mean of ten batches strong; earlier trainings stay for comparison.
const SPACE = 'http://www.w3.org/2000/svg';
const [HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [310, 34, 36, 26, 12];
const MOST = 4; // losses above are drawn at the upper edge
const GUESS = Math.log(10);
const KEPT = 3; // trainings beside the one that runs

/** @param {string|number} [inside] a text's, or the number of a path's colour */
function part(name, attributes, inside) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (name === 'text') made.textContent = inside;
  else if (inside) made.style.stroke = `var(--curve-${inside})`;
  return made;
}

const y = (loss) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.min(MOST, loss) / MOST);

/** The step between ticks of an axis that ends at a number. */
function tick(end) {
  const step = 10 ** Math.floor(Math.log10(end));
  return end / step >= 5 ? step : end / step >= 2 ? step / 2 : step / 5;
}

export class LossChart {
  constructor() {
    this.element = part('svg', { height: HEIGHT, role: 'img', class: 'loss-chart' });
    new ResizeObserver(() => this.trainings.length && this.draw()).observe(this.element);
    this.legend = document.createElement('ul');
    this.legend.className = 'legend';
    this.trainings = [];
    this.colours = 0;
  }

  /** Begins a curve. One without losses is dropped, and the oldest with a fault where there are many. @param {string} name */
  begin(name, fault) {
    if (this.trainings.length && !this.trainings.at(-1).losses.length) {
      this.trainings.pop();
      this.colours--;
    }
    if (this.trainings.length === KEPT) this.trainings.splice(Math.max(0, this.trainings.findIndex((each) => each.fault)), 1);
    this.trainings.push({ name, fault, losses: [], means: [], colour: 1 + (this.colours++ % 6) });
    this.draw();
  }

  /** Adds the loss of a batch. */
  add(seen, loss) {
    const { losses, means } = this.trainings.at(-1);
    losses.push([seen, loss]);
    if (losses.length % 10 === 0) means.push([seen, losses.slice(-10).reduce((sum, [, l]) => sum + l / 10, 0)]);
  }

  /** The mean loss of the last ten batches, or of those that there are. */
  mean() {
    const last = this.trainings.at(-1).losses.slice(-10);
    return last.reduce((sum, [, loss]) => sum + loss / last.length, 0);
  }

  draw() {
    const width = this.element.clientWidth || 640;
    const end = Math.max(160, ...this.trainings.map((each) => each.losses.at(-1)?.[0] ?? 0));
    const x = (seen) => LEFT + ((width - LEFT - RIGHT) * seen) / end;
    const line = (points) => points.filter(([, loss]) => Number.isFinite(loss)).map(([seen, loss], k) => `${k ? 'L' : 'M'}${x(seen).toFixed(1)} ${y(loss).toFixed(1)}`).join('');
    const parts = [];
    for (let loss = 0; loss <= MOST; loss++) {
      parts.push(part('path', { d: `M${LEFT} ${y(loss)}H${width - RIGHT}`, class: 'grid' }), part('text', { x: LEFT - 8, y: y(loss) + 4, 'text-anchor': 'end' }, loss));
    }
    for (let seen = 0; seen <= end; seen += tick(end)) parts.push(part('text', { x: x(seen), y: HEIGHT - 18, 'text-anchor': seen ? (x(seen) > width - 30 ? 'end' : 'middle') : 'start' }, seen.toLocaleString('en')));
    parts.push(part('text', { x: width - RIGHT, y: HEIGHT - 3, 'text-anchor': 'end' }, 'images seen'), part('text', { x: 0, y: 12 }, 'loss'));
    parts.push(part('path', { d: `M${LEFT} ${y(GUESS)}H${width - RIGHT}`, class: 'guess' }), part('text', { x: width - RIGHT, y: y(GUESS) - 5, 'text-anchor': 'end' }, 'a guess among ten: ln 10 = 2.30'));
    for (const { losses, means, colour } of this.trainings) {
      const own = this.trainings.at(-1).losses === losses;
      if (own) parts.push(part('path', { d: line(losses), class: 'each' }, colour));
      parts.push(part('path', { d: line([...losses.slice(0, 1), ...means]), class: 'mean' }, colour));
      const lost = losses.find(([, loss]) => !Number.isFinite(loss));
      if (lost) parts.push(part('text', { x: Math.min(x(lost[0]), width - 40), y: TOP + 16, class: 'nan' }, '✕ NaN'));
    }
    this.element.replaceChildren(...parts);
    const last = this.trainings.at(-1);
    this.element.setAttribute('aria-label', `Loss by images seen. ${last.name}: ${last.losses.length ? `${this.mean().toFixed(3)} after ${last.losses.at(-1)[0]} images, mean of the last ten batches` : 'not trained yet'}`);
    this.legend.replaceChildren(...this.trainings.map(({ name, colour }) => {
      const item = document.createElement('li');
      const swatch = document.createElement('span');
      swatch.className = `swatch c${colour}`;
      item.append(swatch, name);
      return item;
    }));
  }
}
