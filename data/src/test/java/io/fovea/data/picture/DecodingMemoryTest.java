package io.fovea.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.data.Pictures;
import io.fovea.data.jpeg.JpegDecoder;
import java.awt.Color;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DecodingMemoryTest {
  @TempDir Path folder;

  /** The most pieces of work at a time, of eight threads that each do ten. */
  private static int concurrent(DecodingMemory memory, long bytes) throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 80; i++) {
        all.add(
            threads.submit(
                () ->
                    memory.with(
                        bytes,
                        () -> {
                          most.accumulateAndGet(now.incrementAndGet(), Math::max);
                          pause();
                          return now.decrementAndGet();
                        })));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    return most.get();
  }

  private static void pause() {
    try {
      Thread.sleep(2);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void with_anyNumberOfThreads_takesNoMoreThanTheMemory() throws Exception {
    assertThat(concurrent(new DecodingMemory(1_000_000), 450_000)).isEqualTo(2);
    assertThat(concurrent(new DecodingMemory(1_000_000), 600_000)).isEqualTo(1);
    assertThat(concurrent(new DecodingMemory(1_000_000), 1_000)).isGreaterThan(2);
  }

  @Test
  void with_moreThanTheMemory_isDoneAlone() throws Exception {
    assertThat(concurrent(new DecodingMemory(1_000), 1_000_000_000_000L)).isEqualTo(1);
    assertThat(concurrent(new DecodingMemory(0), 5_000)).isEqualTo(1);
  }

  @Test
  void with_workThatFails_freesItsMemory() throws Exception {
    DecodingMemory memory = new DecodingMemory(1_000_000);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  memory.with(
                      1_000_000,
                      () -> {
                        throw new OutOfMemoryError("Java heap space");
                      }))
          .isInstanceOf(OutOfMemoryError.class);
    }
    assertThat(memory.with(1_000_000, () -> 7)).isEqualTo(7);
  }

  @Test
  void with_memoryInUse_waits() throws Exception {
    DecodingMemory memory = new DecodingMemory(1_000_000);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Boolean> first =
          threads.submit(
              () ->
                  memory.with(
                      900_000,
                      () -> {
                        begun.countDown();
                        return awaited(end);
                      }));
      begun.await();
      assertThat(memory.<Integer>with(50_000, () -> 3)).isEqualTo(3);
      Future<Integer> second = threads.submit(() -> memory.with(200_000, () -> 2));
      Thread.sleep(50);
      assertThat(second.isDone()).isFalse();
      end.countDown();
      assertThat(second.get()).isEqualTo(2);
      assertThat(first.get()).isTrue();
    }
  }

  private static boolean awaited(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void memory_isOfTheFileAndItsPixels() throws Exception {
    Path file = folder.resolve("photo.jpeg");
    Pictures.write(file, Pictures.plain(400, 300, Color.RED), "jpeg");
    long decoding = JpegDecoder.of(Files.readAllBytes(file)).memory(1);
    assertThat(ImageCodec.memory(file, DecodingTarget.FULL_SIZE))
        .as("the decoder's, and three copies of the picture")
        .isEqualTo(Files.size(file) + decoding + 3 * 3 * 400 * 300);
    Path bomb = folder.resolve("bomb.png");
    Files.write(bomb, Pictures.png(Pictures.header(60_000, 50_000, 8, 2)));
    assertThat(ImageCodec.memory(bomb, DecodingTarget.FULL_SIZE))
        .as("is refused")
        .isEqualTo(Files.size(bomb));
    Path grey = folder.resolve("grey.png");
    Files.write(grey, Pictures.png(Pictures.header(600, 500, 8, 0)));
    assertThat(ImageCodec.memory(grey, DecodingTarget.FULL_SIZE))
        .isEqualTo(Files.size(grey) + 2 * 600 * 500 + 2 * (600 + 16) + 100_000);
    Files.write(folder.resolve("text.png"), new byte[] {1, 2, 3});
    assertThat(ImageCodec.memory(folder.resolve("text.png"), DecodingTarget.FULL_SIZE)).isZero();
    assertThat(ImageCodec.memory(folder.resolve("none.png"), DecodingTarget.FULL_SIZE)).isZero();
    assertThat(ImageCodec.memory(folder, DecodingTarget.FULL_SIZE)).isZero();
  }

  /** A pipe's bytes come once. */
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void memory_pipe_isNotOpened() throws Exception {
    Path pipe = folder.resolve("pipe.png");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThat(ImageCodec.memory(pipe, DecodingTarget.FULL_SIZE)).isZero();
  }
}
