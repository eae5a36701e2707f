package io.fovea.cli.screen;

import io.fovea.file.Visible;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where a command writes: results to {@link #out}, all else to {@link #err}. Knows whether a
 * terminal is there, which alone gets colours and progress bars.
 */
public final class Screen {
  private static final String RED = "\u001b[31m";
  private static final String RESET = "\u001b[0m";

  private final CheckedStdout stdout;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final boolean colours;

  public Screen(
      OutputStream out, Charset charset, PrintStream err, boolean terminal, boolean colours) {
    this.stdout = new CheckedStdout(out);
    this.out = new PrintStream(new BufferedOutputStream(stdout), true, charset);
    this.err = err;
    this.terminal = terminal;
    this.colours = colours;
  }

  /**
   * The process's own streams; the launcher says whether stderr is a terminal, and where it really
   * is.
   */
  public static Screen standard(String[] args) {
    boolean plain = Arrays.asList(args).contains("--plain");
    boolean terminal = Boolean.getBoolean("fovea.stderr.terminal") && !plain;
    PrintStream err = standardError();
    System.setErr(err);
    boolean colours = terminal && System.getenv("NO_COLOR") == null && !isDumb();
    return new Screen(
        new FileOutputStream(FileDescriptor.out), System.out.charset(), err, terminal, colours);
  }

  /**
   * Standard error, or the descriptor that the launcher names as the real one. It is used as it is,
   * not opened by its name: a file opened a second time has a position of its own, and another
   * user's terminal cannot be opened.
   */
  private static PrintStream standardError() {
    Integer number = Integer.getInteger("fovea.stderr");
    if (number == null) {
      return System.err;
    }
    return new PrintStream(stream(number), true, charset());
  }

  private static OutputStream stream(int number) {
    try {
      var descriptor = FileDescriptor.class.getDeclaredConstructor(int.class);
      descriptor.setAccessible(true);
      return new FileOutputStream(descriptor.newInstance(number));
    } catch (ReflectiveOperationException e) { // a JDK whose descriptors are made otherwise
      try {
        return new FileOutputStream("/dev/fd/" + number, true);
      } catch (FileNotFoundException missing) {
        return System.err;
      }
    }
  }

  private static Charset charset() {
    String name = System.getProperty("stderr.encoding", System.getProperty("native.encoding"));
    return name != null && Charset.isSupported(name)
        ? Charset.forName(name)
        : StandardCharsets.UTF_8;
  }

  /** The same with its results taken by somebody else, in UTF-8. */
  public Screen withResults(OutputStream taker) {
    return new Screen(taker, StandardCharsets.UTF_8, err, terminal, colours);
  }

  /** For results. */
  public PrintStream out() {
    return out;
  }

  /** A line of the results. */
  public void println(Object line) {
    out.println(Visible.text(line.toString()));
  }

  /**
   * Makes sure that all results have been written.
   *
   * @throws Failure if they could not be
   */
  public void finish() {
    out.flush();
    stdout.requireWritten();
  }

  /** For everything else. */
  public PrintStream err() {
    return err;
  }

  /** True if stderr is a terminal and was not asked to be plain. */
  boolean isTerminal() {
    return terminal;
  }

  /** True if colours are welcome. */
  public boolean colours() {
    return colours;
  }

  /** True if the characters of line drawings can be shown. */
  public boolean unicode() {
    return err.charset().equals(StandardCharsets.UTF_8) && !isDumb();
  }

  /** A terminal that knows no colours and, maybe, no other letters than ASCII's. */
  private static boolean isDumb() {
    return "dumb".equals(System.getenv("TERM"));
  }

  /** A line of information. */
  public void say(String line) {
    err.println(Visible.text(line));
  }

  /** The one line of a failure. */
  public void fail(String message, String hint) {
    String line = Visible.text(message) + (hint.isEmpty() ? "" : "; " + hint);
    err.println((colours ? RED : "") + "fovea: " + line + (colours ? RESET : ""));
  }
}
