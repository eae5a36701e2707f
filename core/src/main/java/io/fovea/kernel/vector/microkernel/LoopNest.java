package io.fovea.kernel.vector.microkernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The loops that drivers run around their kernels, recognised from their calls: calls whose
 * operands advance by constant steps are a loop, and so are equal loops. So the printed loops are
 * those that run, and drivers need no second description. After Ketterlin and Clauss, "Prediction
 * and trace compression of data access addresses through nested loop recognition", CGO 2008,
 * section 3, with constant numbers of iterations.
 */
final class LoopNest {
  /** The most statements of a loop's body. */
  private static final int MOST_STATEMENTS = 12;

  /**
   * The least number of iterations of a loop while calls may follow: with two, a longer body may be
   * correct.
   */
  private static final int ROUNDS = 3;

  /** The offsets of operands, or their steps. */
  record Offsets(int a, int b, int first, int c) {
    static final Offsets ZERO = new Offsets(0, 0, 0, 0);

    Offsets plus(int n, Offsets step) {
      return new Offsets(a + n * step.a, b + n * step.b, first + n * step.first, c + n * step.c);
    }

    Offsets minus(Offsets other) {
      return plus(-1, other);
    }

    @Override
    public String toString() {
      return Stream.of(step("a", a), step("b", b), step("first", first), step("c", c))
          .filter(text -> !text.isEmpty())
          .collect(Collectors.joining(", "));
    }

    private static String step(String operand, int floats) {
      return floats == 0 ? "" : operand + (floats < 0 ? " -= " : " += ") + Math.abs(floats);
    }

    /** The dimension of the loop in GEMM's terms; empty where it is none of the three. */
    String dimension() {
      if (b == 0) {
        return a != 0 && c != 0 ? "m" : "";
      }
      return a == 0 && c != 0 ? "n" : a != 0 && c == 0 ? "k" : "";
    }
  }

  private sealed interface Code {}

  private record Call(List<String> text) implements Code {}

  private record Loop(int rounds, List<Statement> body) implements Code {}

  /** A chunk of work, computed by one thread. */
  private record Chunk(List<Statement> body) implements Code {}

  /**
   * Code with its position in a loop.
   *
   * @param at the offsets of its first call, relative to the body's first call
   * @param step their steps from iteration to iteration of the enclosing loop
   */
  private record Statement(Code code, Offsets at, Offsets step) {
    boolean repeats(Statement before, Offsets distance) {
      return code.equals(before.code)
          && step.equals(before.step)
          && at.minus(before.at).equals(distance);
    }
  }

  private final Deque<List<Statement>> open = new ArrayDeque<>(List.of(new ArrayList<>()));

  void call(List<String> text, Offsets at) {
    append(new Call(text), at);
  }

  void beginChunk() {
    open.push(new ArrayList<>());
  }

  void endChunk() {
    List<Statement> body = open.pop();
    if (!body.isEmpty()) {
      append(new Chunk(from(body, body.getFirst().at)), body.getFirst().at);
    }
  }

  /** The loops as lines. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    print(lines, 0, shortened(open.getFirst()), new HashMap<>());
    return lines;
  }

  private void append(Code code, Offsets at) {
    List<Statement> done = open.getFirst();
    done.add(new Statement(code, at, Offsets.ZERO));
    boolean shorter = true;
    while (shorter) {
      shorter = false;
      for (int k = 1; k <= MOST_STATEMENTS && !shorter; k++) {
        shorter = isContinued(done, k) || isLoop(done, done.size() - ROUNDS * k, k, ROUNDS);
      }
    }
  }

  /** Merges the last k statements into the loop before them, if they are its next iteration. */
  private static boolean isContinued(List<Statement> done, int k) {
    int at = done.size() - k - 1;
    if (at < 0 || !(done.get(at).code instanceof Loop loop) || loop.body.size() != k) {
      return false;
    }
    Offsets base = done.get(at).at;
    for (int i = 0; i < k; i++) {
      Statement one = loop.body.get(i);
      Statement next = done.get(at + 1 + i);
      Offsets expected = base.plus(1, one.at).plus(loop.rounds, one.step);
      if (!next.code.equals(one.code) || !next.at.equals(expected)) {
        return false;
      }
    }
    done.subList(at + 1, done.size()).clear();
    done.set(at, new Statement(new Loop(loop.rounds + 1, loop.body), base, done.get(at).step));
    return true;
  }

  /**
   * Replaces k statements from {@code start} on by a loop of so many iterations, if they are one.
   */
  private static boolean isLoop(List<Statement> done, int start, int k, int rounds) {
    if (start < 0 || start + rounds * k > done.size()) {
      return false;
    }
    List<Statement> body = new ArrayList<>();
    Offsets base = done.get(start).at;
    for (int i = start; i < start + k; i++) {
      Statement one = done.get(i);
      Offsets step = done.get(i + k).at.minus(one.at);
      for (int round = 1; round < rounds; round++) {
        if (!done.get(i + round * k).repeats(done.get(i + (round - 1) * k), step)) {
          return false;
        }
      }
      body.add(new Statement(one.code, one.at.minus(base), step));
    }
    Offsets outer = done.get(start).step;
    done.subList(start + 1, start + rounds * k).clear();
    done.set(start, new Statement(new Loop(rounds, List.copyOf(body)), base, outer));
    return true;
  }

  private static List<Statement> from(List<Statement> body, Offsets base) {
    return body.stream().map(s -> new Statement(s.code, s.at.minus(base), s.step)).toList();
  }

  /** The same with loops of two iterations, after the last call. */
  private static List<Statement> shortened(List<Statement> body) {
    List<Statement> result = new ArrayList<>();
    for (Statement s : body) {
      Code code =
          switch (s.code) {
            case Call call -> call;
            case Loop loop -> new Loop(loop.rounds, shortened(loop.body));
            case Chunk chunk -> new Chunk(shortened(chunk.body));
          };
      result.add(new Statement(code, s.at, s.step));
    }
    for (int k = 1; k <= MOST_STATEMENTS; k++) {
      for (int start = 0; start + 2 * k <= result.size(); start++) {
        if (isLoop(result, start, k, 2)) {
          while (start + k < result.size() && isContinued(result.subList(0, start + 1 + k), k)) {
            // another iteration
          }
        }
      }
    }
    return result;
  }

  /**
   * Prints a call's text in full unless it equals the last call of the same kernel, {@code before}.
   */
  private static void print(
      List<String> lines, int depth, List<Statement> body, Map<String, Call> before) {
    String indent = "  ".repeat(depth);
    for (Statement s : body) {
      switch (s.code) {
        case Call call when call.equals(before.put(call.text.getFirst(), call)) ->
            lines.add(indent + call.text.getFirst() + " as above");
        case Call call -> call.text.forEach(line -> lines.add(indent + line));
        case Loop loop
            when loop.body.size() == 1 && loop.body.getFirst().code instanceof Chunk chunk -> {
          lines.add(indent + head(loop, " chunks of work, shared by the threads", ""));
          print(lines, depth + 1, chunk.body, before);
        }
        case Loop loop -> {
          lines.add(indent + head(loop, "", " steps of "));
          print(lines, depth + 1, loop.body, before);
        }
        case Chunk chunk -> {
          lines.add(indent + "one chunk of work");
          print(lines, depth + 1, chunk.body, before);
        }
      }
    }
  }

  /** The head of a loop, with the steps of its statements where these are the same. */
  private static String head(Loop loop, String what, String over) {
    Offsets step = loop.body.getFirst().step;
    String head = "for " + loop.rounds + what;
    if (step.equals(Offsets.ZERO) || loop.body.stream().anyMatch(s -> !s.step.equals(step))) {
      return head;
    }
    String dimension = over.isEmpty() || step.dimension().isEmpty() ? "" : over + step.dimension();
    return head + dimension + ": " + step;
  }
}
