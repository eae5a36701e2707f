package io.fovea.data.augment;

import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.dataset.Augmentation;
import io.fovea.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/** Applies the operations of a pipeline for one thread, with its buffer. */
final class Sequence implements Augmentation.Augmenter {
  private final AugmentBuffer buffer;
  private final List<Stage> stages = new ArrayList<>();

  @FunctionalInterface
  private interface Stage {
    void run(RandomKey image);
  }

  Sequence(List<Operation> operations, AugmentBuffer buffer) {
    this.buffer = buffer;
    List<Operation.Moving> moving = new ArrayList<>();
    for (Operation operation : operations) {
      switch (operation) {
        case Operation.Moving move -> moving.addFirst(move);
        case Operation.Painting paint -> {
          resampling(moving);
          stages.add(image -> paint.paint(buffer, image.with(paint.name())));
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
          buffer.grid().reset();
          for (Operation.Moving operation : own) {
            operation.map(buffer.grid(), image.with(operation.name()));
          }
          buffer.resample();
        });
  }

  @Override
  public void change(float[] pixels, int offset, RandomKey key) {
    buffer.take(pixels, offset);
    for (int i = 0; i < stages.size(); i++) {
      stages.get(i).run(key);
    }
  }
}
