package io.fovea.cli.screen;

import io.fovea.file.DisplayText;
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
 * The output of a command: results to {@link #out}, everything else to {@link #err}. Only a
 * terminal gets colours and progress bars.
 */
public final class Console {
  /** The system property that leaves out where help is: it is true in processes of the studio. */
  public static final String NO_HINTS = "fovea.nohints";

  private static final String RED = "\u001b[31m";
  private static final String RESET = "\u001b[0m";

  private final CheckedStdout stdout;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;
  private final boolean colours;

  public Console(
      OutputStream out, Charset charset, PrintStream err, boolean terminal, boolean colours) {
    this.stdout = new CheckedStdout(out);
    this.out = new PrintStream(new BufferedOutputStream(stdout), true, charset);
    this.err = err;
    this.terminal = terminal;
    this.colours = colours;
  }

  /**
   * The screen of the process's own streams; the launcher tells whether stderr is a terminal, and
   * which descriptor is the real one.
   */
  public static Console standard(String[] args) {
    boolean plain = Arrays.asList(args).contains("--plain");
    boolean terminal = Boolean.getBoolean("fovea.stderr.terminal") && !plain;
    PrintStream err = standardError();
    System.setErr(err);
    boolean colours = terminal && System.getenv("NO_COLOR") == null && !isDumb();
    return new Console(
        new FileOutputStream(FileDescriptor.out), System.out.charset(), err, terminal, colours);
  }

  /**
   * Standard error, or the descriptor that the launcher names as the real one. It is used directly,
   * not opened by its name: a file opened a second time has its own position, and another user's
   * terminal cannot be opened.
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
    } catch (ReflectiveOperationException e) { // a JDK without this constructor
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

  public Console withResults(OutputStream taker) {
    return new Console(taker, StandardCharsets.UTF_8, err, terminal, colours);
  }

  public PrintStream out() {
    return out;
  }

  public void println(Object line) {
    out.println(DisplayText.of(line.toString()));
  }

  /**
   * Checks that all results have been written.
   *
   * @throws Failure if a write failed
   */
  public void finish() {
    out.flush();
    stdout.requireWritten();
  }

  public PrintStream err() {
    return err;
  }

  /** True if stderr is a terminal, without {@code --plain}. */
  boolean isTerminal() {
    return terminal;
  }

  public boolean colours() {
    return colours;
  }

  public boolean unicode() {
    return err.charset().equals(StandardCharsets.UTF_8) && !isDumb();
  }

  /** A terminal without colours that may show only ASCII. */
  private static boolean isDumb() {
    return "dumb".equals(System.getenv("TERM"));
  }

  public void say(String line) {
    err.println(DisplayText.of(line));
  }

  /**
   * Prints the one line of a failure.
   *
   * @param hint where the command's help is; left out for a program, which has no use for it
   */
  public void fail(String message, String hint) {
    boolean isHinted = !hint.isEmpty() && !Boolean.getBoolean(NO_HINTS);
    String line = DisplayText.of(message) + (isHinted ? "; " + hint : "");
    err.println((colours ? RED : "") + "fovea: " + line + (colours ? RESET : ""));
  }
}
