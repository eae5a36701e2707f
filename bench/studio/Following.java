import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What it costs a training to be followed. One long run trains by itself; a studio beside it is left
 * alone and followed in turn, A B A B, for some seconds each, and the steps done in each are counted.
 * A run compared with itself needs no warm-up and no second process that may be luckier.
 *
 * <pre>
 * page      one page: its stream of events, its list of runs, its looks inside, as train.js asks
 * browser   the same in a real Chromium, which draws on the same processors
 * fifty     fifty pages
 * </pre>
 */
final class Following {
  private static final Pattern STEP = Pattern.compile("\"step\":(\\d+)");
  private static final int BATCH = 64;
  private static final double SECONDS = 7;
  private static final double SETTLING = 1;

  private final Path runs;
  private final Path metrics;
  private String address = "";

  private Following(Path folder) {
    this.runs = folder.resolve("runs");
    this.metrics = runs.resolve("followed").resolve("metrics.jsonl");
  }

  public static void main(String[] args) throws Exception {
    String mode = args.length > 0 && !args[0].startsWith("--") ? args[0] : "page";
    int pairs = Integer.parseInt(option(args, "--pairs", "9"));
    String model = option(args, "--model", "pooled");
    Path folder = Files.createTempDirectory("fovea-following");
    List<Process> all = new ArrayList<>();
    try {
      new Following(folder).measure(mode, pairs, model, folder, all);
    } finally {
      for (Process process : all) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.waitFor(20, TimeUnit.SECONDS);
      }
      remove(folder);
    }
  }

  private static String option(String[] args, String name, String otherwise) {
    int at = Arrays.asList(args).indexOf(name);
    return at < 0 || at + 1 >= args.length ? otherwise : args[at + 1];
  }

  private void measure(String mode, int pairs, String model, Path folder, List<Process> all)
      throws Exception {
    all.add(
        start(
            folder.resolve("train.log"),
            List.of(
                "./fovea", "train", "mnist", "--model", model, "--epochs", "10000", "--schedule", "constant", "--plain", "--out",
                runs.resolve("followed").toString())));
    Process studio =
        new ProcessBuilder("./fovea", "studio", "--port", "0", "--runs", runs.toString())
            .redirectError(folder.resolve("studio.log").toFile())
            .start();
    all.add(studio);
    address = new BufferedReader(new InputStreamReader(studio.getInputStream())).readLine();
    while (!Files.exists(metrics) || step() < 1000) {
      Thread.sleep(100);
    }
    follow(mode, folder, 30); // the studio is compiled then: a run is followed for minutes
    double[] ratios = new double[pairs];
    double cores = 0;
    double sumAlone = 0;
    double sumFollowed = 0;
    double[] alone = new double[pairs];
    for (int pair = 0; pair < pairs; pair++) {
      Thread.sleep((long) (1000 * SETTLING));
      alone[pair] = rate(SECONDS);
      double before = processorSeconds(studio);
      long began = System.nanoTime();
      double followed = follow(mode, folder, SECONDS);
      cores += (processorSeconds(studio) - before) / ((System.nanoTime() - began) * 1e-9) / pairs;
      sumAlone += alone[pair];
      sumFollowed += followed;
      ratios[pair] = followed / alone[pair];
      System.out.printf(
          Locale.ROOT, "alone %,.0f  followed %,.0f images/s  ratio %.3f%n", alone[pair], followed, ratios[pair]);
    }
    double[] sorted = ratios.clone();
    Arrays.sort(sorted);
    Arrays.sort(alone);
    System.out.printf(
        Locale.ROOT,
        "| %s, %s | %d | %,.0f | %.3f (%.3f to %.3f) | %.3f +- %.3f | %.1f %% |%n",
        model, mode, pairs, alone[pairs / 2], sorted[pairs / 2], sorted[0], sorted[pairs - 1],
        sumFollowed / sumAlone, error(ratios), 100 * cores);
  }

  /** The standard error of a mean. */
  private static double error(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }

  /** What a process and those that it has started have computed so far. */
  private static double processorSeconds(Process process) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(process.toHandle()), process.descendants())
        .mapToDouble(
            one -> one.info().totalCpuDuration().map(spent -> spent.toMillis() * 1e-3).orElse(0.0))
        .sum();
  }

  /** The step that the run has reached, from the end of its metrics. */
  private long step() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(metrics.toFile(), "r")) {
      byte[] end = new byte[(int) Math.min(file.length(), 600)];
      file.seek(file.length() - end.length);
      file.readFully(end);
      Matcher matcher = STEP.matcher(new String(end, StandardCharsets.UTF_8));
      long last = 0;
      while (matcher.find()) {
        last = Long.parseLong(matcher.group(1));
      }
      return last;
    }
  }

  /** Images a second, over some seconds from now on, counted from step to step. */
  private double rate(double seconds) throws Exception {
    long from = nextStep();
    long begin = System.nanoTime();
    Thread.sleep((long) (1000 * seconds));
    long to = nextStep();
    return (to - from) * BATCH / ((System.nanoTime() - begin) * 1e-9);
  }

  private long nextStep() throws Exception {
    long before = step();
    long now = before;
    while (now == before) {
      Thread.sleep(1);
      now = step();
    }
    return now;
  }

  private double follow(String mode, Path folder, double seconds) throws Exception {
    if (mode.equals("browser")) {
      Process chromium =
          start(
              folder.resolve("chromium.log"),
              List.of(
                  "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                  "--disable-background-networking", "--disable-sync", "--window-size=1280,1000",
                  "--remote-debugging-port=0", "--user-data-dir=" + folder.resolve("profile"),
                  address + "#train/followed"));
      try {
        Thread.sleep(4000); // opening a browser is no following
        return rate(seconds);
      } finally {
        chromium.descendants().forEach(ProcessHandle::destroy);
        chromium.destroy();
        chromium.waitFor(20, TimeUnit.SECONDS);
      }
    }
    int pages = switch (mode) {
      case "page" -> 1;
      case "fifty" -> 50;
      default -> throw new IllegalArgumentException("expects page, browser or fifty, got " + mode);
    };
    List<Thread> threads = new ArrayList<>();
    for (int n = 0; n < pages; n++) {
      AtomicInteger epochs = new AtomicInteger();
      threads.add(Thread.startVirtualThread(() -> ask("api/events?runs=followed", epochs)));
      threads.add(Thread.startVirtualThread(() -> look(epochs)));
      threads.add(Thread.startVirtualThread(this::list));
    }
    Thread.sleep((long) (1000 * SETTLING));
    double rate = rate(seconds);
    for (Thread thread : threads) {
      thread.interrupt(); // which closes what a virtual thread reads from
      thread.join();
    }
    return rate;
  }

  /** What train.js does: hears of every line. A plain socket, so that the followers cost little. */
  private void ask(String path, AtomicInteger epochs) {
    URI uri = URI.create(address);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      String head = "GET /%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.formatted(path, uri.getAuthority()).getBytes(StandardCharsets.UTF_8));
      byte[] buffer = new byte[1 << 16];
      for (int length = socket.getInputStream().read(buffer); length >= 0; length = socket.getInputStream().read(buffer)) {
        if (new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains("\"trainLoss\"")) {
          epochs.incrementAndGet();
        }
      }
    } catch (IOException over) {
      // the window is over
    }
  }

  /** What insight.js does: looks inside at once, after each epoch, and every four seconds. */
  private void look(AtomicInteger epochs) {
    int seen = -1;
    long asked = 0;
    try {
      while (true) {
        if (epochs.get() != seen || System.nanoTime() - asked > 4_000_000_000L) {
          seen = epochs.get();
          asked = System.nanoTime();
          ask("api/runs/followed/insight", new AtomicInteger());
        }
        Thread.sleep(300);
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private void list() {
    try {
      while (true) {
        ask("api/runs", new AtomicInteger());
        Thread.sleep(5000);
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private static Process start(Path log, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
