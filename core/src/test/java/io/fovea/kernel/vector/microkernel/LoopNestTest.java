package io.fovea.kernel.vector.microkernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.Draw;
import io.fovea.kernel.vector.microkernel.LoopNest.Offsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopNestTest {
  private static void call(LoopNest nest, String kernel, int a, int b, int c) {
    nest.call(List.of(kernel, "  // what it does"), new Offsets(a, b, 0, c));
  }

  /** How often kernels are called, as the lines say it: each by the rounds of all loops around. */
  private static long calls(List<String> lines) {
    Deque<long[]> loops = new ArrayDeque<>(); // depth, rounds of all so far
    loops.push(new long[] {-1, 1});
    long calls = 0;
    for (String line : lines) {
      int depth = line.length() - line.stripLeading().length();
      while (loops.getFirst()[0] >= depth) {
        loops.pop();
      }
      String text = line.strip();
      if (text.startsWith("for ")) {
        long rounds = Long.parseLong(text.replaceFirst("for (\\d+).*", "$1"));
        loops.push(new long[] {depth, rounds * loops.getFirst()[1]});
      } else if (text.startsWith("Block")) {
        calls += loops.getFirst()[1];
      }
    }
    return calls;
  }

  @Test
  void lines_loopsOfAMatrixProduct_areFoundWithTheirStepsAndNames() {
    LoopNest nest = new LoopNest();
    for (int k = 0; k < 3; k++) {
      for (int n = 0; n < 4; n++) {
        for (int m = 0; m < 5; m++) {
          call(nest, "Block", 80 * m + k, 16 * n + 100 * k, 640 * m + 16 * n);
        }
      }
    }
    assertThat(nest.lines())
        .containsExactly(
            "for 3 steps of k: a += 1, b += 100",
            "  for 4 steps of n: b += 16, c += 16",
            "    for 5 steps of m: a += 80, c += 640",
            "      Block",
            "        // what it does");
  }

  @Test
  void lines_lastBlockOfARowSmaller_standsBehindItsLoop() {
    LoopNest nest = new LoopNest();
    for (int row = 0; row < 2; row++) {
      for (int j = 0; j < 24; j += 8) {
        call(nest, "Block8", 100 * row + j, 0, 50 * row + j);
      }
      call(nest, "Block3", 100 * row + 24, 0, 50 * row + 24);
    }
    assertThat(nest.lines())
        .containsExactly(
            "for 2 steps of m: a += 100, c += 50",
            "  for 3 steps of m: a += 8, c += 8",
            "    Block8",
            "      // what it does",
            "  Block3",
            "    // what it does");
  }

  @Test
  void lines_chunks_areALoopOfTheThreads() {
    LoopNest nest = new LoopNest();
    for (int chunk = 0; chunk < 3; chunk++) {
      nest.beginChunk();
      call(nest, "Block", 10 * chunk, 0, 20 * chunk);
      call(nest, "Block", 10 * chunk + 4, 0, 20 * chunk - 6);
      nest.endChunk();
      nest.beginChunk();
      nest.endChunk(); // computes nothing
    }
    nest.beginChunk();
    call(nest, "Block", 0, 0, 0);
    nest.endChunk();
    assertThat(nest.lines())
        .containsExactly(
            "for 3 chunks of work, shared by the threads: a += 10, c += 20",
            "  for 2 steps of m: a += 4, c -= 6",
            "    Block",
            "      // what it does",
            "one chunk of work",
            "  Block as above");
  }

  @Test
  void lines_sameKernelWithOtherSizes_isPrintedInFull() {
    LoopNest nest = new LoopNest();
    nest.call(List.of("Block", "  for 3"), Offsets.ZERO);
    nest.call(List.of("Block", "  for 2"), Offsets.ZERO);
    nest.call(List.of("Block", "  for 3"), Offsets.ZERO);
    nest.call(List.of("Other"), Offsets.ZERO);
    nest.call(List.of("Block", "  for 3"), Offsets.ZERO);
    assertThat(nest.lines())
        .containsExactly(
            "Block", "  for 3", "Block", "  for 2", "Block", "  for 3", "Other", "Block as above");
  }

  /** Whatever is made a loop, no call is lost and none is invented. */
  @Test
  void lines_randomLoops_haveAsManyCallsAsWereMade() {
    Draw draw = new Draw(27);
    for (int trial = 0; trial < 300; trial++) {
      LoopNest nest = new LoopNest();
      int made = 0;
      int outer = draw.between(1, 6);
      int inner = draw.between(1, 6);
      int kinds = draw.between(1, 3);
      int step = draw.between(0, 2);
      for (int i = 0; i < outer; i++) {
        nest.beginChunk();
        for (int j = 0; j < inner + i % 2; j++) {
          for (int kind = 0; kind < kinds; kind++) {
            int noise = draw.between(0, 8) == 0 ? 1 : 0;
            call(nest, "Block" + kind, step * j + noise, i, 7 * i);
            made++;
          }
        }
        nest.endChunk();
      }
      assertThat(calls(nest.lines())).as("trial %d: %s", trial, nest.lines()).isEqualTo(made);
    }
  }
}
