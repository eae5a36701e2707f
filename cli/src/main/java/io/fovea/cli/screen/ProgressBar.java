package io.fovea.cli.screen;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A bar in the last line of a terminal, redrawn at most ten times a second. */
final class ProgressBar {
  /** The most columns of the line. */
  static final int WIDEST = 100;

  /** The width of a terminal that does not report one. */
  private static final int USUAL = 80;

  private static final Pattern SIZE = Pattern.compile("[0-9]+ ([1-9][0-9]{0,5})");

  private static final int SHORTEST_BAR = 5;
  private static final long INTERVAL = 100_000_000;
  private static final String EIGHTHS = "\u258f\u258e\u258d\u258c\u258b\u258a\u2589";

  private final Console screen;
  private final String name;
  private final long all;
  private final int width;
  private final LongSupplier clock;
  private long drawn;

  /**
   * A bar that is not drawn yet.
   *
   * @param name the text before it
   * @param all the total amount of work
   * @param width the most columns that it may use
   * @param clock nanoseconds, such as {@link System#nanoTime}
   */
  ProgressBar(Console screen, String name, long all, int width, LongSupplier clock) {
    this.screen = screen;
    this.name = name;
    this.all = all;
    this.width = width;
    this.clock = clock;
    this.drawn = clock.getAsLong() - INTERVAL;
  }

  /** Draws the progress, unless the last drawing is recent and this is not the end. */
  void show(long done, Supplier<String> message) {
    long now = clock.getAsLong();
    if (now - drawn < INTERVAL && done < all) {
      return;
    }
    drawn = now;
    screen.err().print("\r" + line(done, message.get()));
    screen.err().flush();
  }

  /** Erases the bar; the next output takes its place. */
  void close() {
    screen.err().print("\r" + " ".repeat(width - 1) + "\r");
    screen.err().flush();
  }

  /** The line, cut off at the width of the terminal so that it does not wrap. */
  private String line(long done, String message) {
    String before = "%s %3d%% ".formatted(name, 100 * done / all);
    String after = " %d/%d %s".formatted(done, all, message);
    int length = Math.max(SHORTEST_BAR, width - 1 - before.length() - after.length() - 2);
    String bar = screen.unicode() ? blocks(done, length) : signs(done, length);
    String line = before + bar + after;
    String cut = line.substring(0, Math.min(line.length(), width - 1));
    return screen.colours() && cut.contains(bar)
        ? cut.replace(bar, "\u001b[33m" + bar + "\u001b[0m")
        : cut;
  }

  private String blocks(long done, int length) {
    int eighths = (int) (done * length * 8 / all);
    String part = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8 - 1, eighths % 8);
    String full = "\u2588".repeat(eighths / 8) + part;
    return "\u2502" + full + " ".repeat(length - full.length()) + "\u2502";
  }

  private String signs(long done, int length) {
    int full = (int) (done * length / all);
    String head = full < length ? ">" : "";
    return "[" + "=".repeat(full) + head + " ".repeat(length - full - head.length()) + "]";
  }

  static int width() {
    return width(System.getenv("COLUMNS"), ProgressBar::terminalSize);
  }

  /**
   * The width of a bar: from the environment, else from the terminal.
   *
   * @param columns the variable {@code COLUMNS}
   * @param size the terminal's rows and columns, as printed by {@code stty}
   */
  static int width(@Nullable String columns, Supplier<String> size) {
    boolean known = columns != null && columns.matches("[0-9]+");
    Matcher matcher = SIZE.matcher(known ? "0 " + columns : size.get().strip());
    return Math.min(WIDEST, matcher.matches() ? Integer.parseInt(matcher.group(1)) : USUAL);
  }

  /**
   * The output of {@code stty size} for this process's terminal; empty if there is no terminal or
   * no stty.
   */
  static String terminalSize() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(Redirect.DISCARD)
              .start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return "";
      }
      return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException none) {
      return "";
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
