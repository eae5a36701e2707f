package io.fovea.train;

import io.fovea.dataset.Dataset;
import io.fovea.tensor.Shape;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Images that take their time, each another one, and remember who read them. */
final class SlowImages implements Dataset {
  final AtomicInteger read = new AtomicInteger();
  final Set<Thread> readers = ConcurrentHashMap.newKeySet();
  private final Dataset images;
  private final int broken;

  SlowImages(Dataset images) {
    this(images, -1);
  }

  /** Images of which one cannot be read. */
  SlowImages(Dataset images, int broken) {
    this.images = images;
    this.broken = broken;
  }

  @Override
  public String name() {
    return images.name();
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public Shape shape() {
    return images.shape();
  }

  @Override
  public List<String> classes() {
    return images.classes();
  }

  @Override
  public int label(int index) {
    return images.label(index);
  }

  @Override
  public void pixels(int index, float[] destination, int offset) {
    if (index == broken) {
      throw new IllegalStateException("image 17: the disk is gone; plug it in");
    }
    readers.add(Thread.currentThread());
    LockSupport.parkNanos(20_000L * (index * 7 % 11));
    images.pixels(index, destination, offset);
    read.incrementAndGet();
  }

  @Override
  public boolean isSlow() {
    return true;
  }
}
