package io.fovea.data.augment;

import io.fovea.data.augment.buffer.Canvas;
import io.fovea.dataset.Augmentation;
import io.fovea.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/** Applies the operations of a pipeline for one thread, with its canvas. */
final class Sequence implements Augmentation.Augmenter {
  private final Canvas canvas;
  private final List<Stage> stages = new ArrayList<>();

  /** A change of the canvas, keyed by the image. */
  @FunctionalInterface
  private interface Stage {
    void run(RandomKey image);
  }

  Sequence(List<Operation> operations, Canvas canvas) {
    this.canvas = canvas;
    List<Operation.Moving> moving = new ArrayList<>();
    for (Operation operation : operations) {
      switch (operation) {
        case Operation.Moving move -> moving.addFirst(move);
        case Operation.Painting paint -> {
          resampling(moving);
          stages.add(image -> paint.paint(canvas, image.with(paint.name())));
        }
        case Operation.Mixing later -> {}
      }
    }
    resampling(moving);
  }

  /**
   * Adds one resampling for neighbouring operations. Positions are mapped from the last operation's
   * output back to the first one's input, so the last one is applied first.
   */
  private void resampling(List<Operation.Moving> lastFirst) {
    if (lastFirst.isEmpty()) {
      return;
    }
    List<Operation.Moving> own = List.copyOf(lastFirst);
    lastFirst.clear();
    stages.add(
        image -> {
          canvas.positions().reset();
          for (Operation.Moving operation : own) {
            operation.map(canvas.positions(), image.with(operation.name()));
          }
          canvas.resample();
        });
  }

  @Override
  public void change(float[] pixels, int offset, RandomKey key) {
    canvas.take(pixels, offset);
    for (int i = 0; i < stages.size(); i++) {
      stages.get(i).run(key);
    }
  }
}
