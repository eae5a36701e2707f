import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What it costs a training to be followed. One long run trains; it is left alone and followed in
 * turn, A B B A, always for whole epochs, so that each has the same steps, the same test and the
 * same checkpoint in it. A run compared with itself needs no warm-up and no second process that may
 * be luckier.
 *
 * <pre>
 * page      one page: its stream of events, its list of runs, its looks inside, as train.js asks
 * browser   the same in a real Chromium, which draws on the same processors
 * fifty     fifty pages; and in a third turn fifty that follow {@link Replay}, which reads no run
 * </pre>
 */
final class Following {
  private static final Pattern EPOCH =
      Pattern.compile("\"epoch\":(\\d+),\"step\":\\d+,\"trainLoss\"");
  private static final int COUNTED = 2; // epochs of a turn, after one in which the pages settle
  private static final double IMAGES = 60_000;

  private final Path folder;
  private final Path runs;
  private final Path metrics;
  private Process studio;
  private String address = "";
  private int last; // epoch seen

  private Following(Path folder) {
    this.folder = folder;
    this.runs = folder.resolve("runs");
    this.metrics = runs.resolve("followed").resolve("metrics.jsonl");
  }

  public static void main(String[] args) throws Exception {
    String mode = args.length > 0 && !args[0].startsWith("--") ? args[0] : "page";
    if (!List.of("page", "browser", "fifty").contains(mode)) {
      throw new IllegalArgumentException("expects page, browser or fifty, got " + mode);
    }
    int rounds = Integer.parseInt(option(args, "--rounds", "5"));
    String model = option(args, "--model", "pooled");
    Path folder = Files.createTempDirectory("fovea-following");
    List<Process> all = new ArrayList<>();
    try {
      Following following = new Following(folder);
      following.begin(model, all);
      following.measure(mode, rounds);
    } finally {
      for (Process process : all) {
        end(process);
      }
      remove(folder);
    }
  }

  private static String option(String[] args, String name, String otherwise) {
    int at = Arrays.asList(args).indexOf(name);
    return at < 0 || at + 1 >= args.length ? otherwise : args[at + 1];
  }

  private void begin(String model, List<Process> all) throws Exception {
    all.add(
        start(
            "train.log",
            List.of(
                "./fovea",
                "train",
                "mnist",
                "--model",
                model,
                "--epochs",
                "10000",
                "--schedule",
                "constant",
                "--plain",
                "--out",
                runs.resolve("followed").toString())));
    studio =
        new ProcessBuilder("./fovea", "studio", "--port", "0", "--runs", runs.toString())
            .redirectError(folder.resolve("studio.log").toFile())
            .start();
    all.add(studio);
    address = new BufferedReader(new InputStreamReader(studio.getInputStream())).readLine();
    while (!Files.exists(metrics)) {
      Thread.sleep(100);
    }
    try (Pages one =
        new Pages(address, 1)) { // both sides are compiled then: a run is followed for minutes
      afterEpochs(4);
    }
  }

  /**
   * Images a second, and the share of one processor that the studio and this process, the pages,
   * have used.
   */
  private record Turn(double rate, double studio, double pages) {}

  private void measure(String mode, int rounds) throws Exception {
    List<Turn> alone = new ArrayList<>();
    List<Turn> replayed = new ArrayList<>();
    List<Turn> followed = new ArrayList<>();
    int pages = mode.equals("fifty") ? 50 : 1;
    Replay replay = new Replay(address);
    for (int round = 0; round < rounds; round++) {
      boolean forth =
          round % 2 == 0; // back in the next round, so that a drift of the machine favours nobody
      if (forth) {
        alone.add(turn());
      } else {
        followed.add(followed(mode, pages));
      }
      if (mode.equals("fifty")) {
        try (Pages own = new Pages(replay.url(), pages)) {
          replayed.add(turn());
        }
      }
      if (forth) {
        followed.add(followed(mode, pages));
      } else {
        alone.add(turn());
      }
      System.out.printf(
          Locale.ROOT,
          "alone %,.0f%s  followed %,.0f images/s%n",
          alone.getLast().rate(),
          replayed.isEmpty() ? "" : "  replayed %,.0f".formatted(replayed.getLast().rate()),
          followed.getLast().rate());
    }
    replay.close();
    if (!replayed.isEmpty()) {
      report(mode + ", replayed", alone, replayed);
    }
    report(mode, alone, followed);
  }

  private Turn followed(String mode, int pages) throws Exception {
    if (mode.equals("browser")) {
      Process chromium = browser();
      Turn turn = turn();
      end(chromium);
      return turn;
    }
    try (Pages own = new Pages(address, pages)) {
      return turn();
    }
  }

  private static void report(String name, List<Turn> alone, List<Turn> followed) {
    double[] ratios = new double[alone.size()];
    Arrays.setAll(ratios, k -> followed.get(k).rate() / alone.get(k).rate());
    double mean = Arrays.stream(ratios).average().orElseThrow();
    double squares = Arrays.stream(ratios).map(value -> (value - mean) * (value - mean)).sum();
    double error = Math.sqrt(squares / (ratios.length - 1) / ratios.length);
    double[] rates = alone.stream().mapToDouble(Turn::rate).sorted().toArray();
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %,.0f | %.3f (%.3f to %.3f) | %.3f +- %.3f | %.1f %% | %.1f %% |%n",
        name,
        ratios.length,
        rates[rates.length / 2],
        ratios[ratios.length / 2],
        ratios[0],
        ratios[ratios.length - 1],
        mean,
        error,
        100 * followed.stream().mapToDouble(Turn::studio).average().orElseThrow(),
        100 * followed.stream().mapToDouble(Turn::pages).average().orElseThrow());
  }

  private Turn turn() throws Exception {
    afterEpochs(1);
    long began = System.nanoTime();
    double studioBefore = processorSeconds(studio.toHandle());
    double pagesBefore = processorSeconds(ProcessHandle.current());
    afterEpochs(COUNTED);
    double seconds = (System.nanoTime() - began) * 1e-9;
    return new Turn(
        COUNTED * IMAGES / seconds,
        (processorSeconds(studio.toHandle()) - studioBefore) / seconds,
        (processorSeconds(ProcessHandle.current()) - pagesBefore) / seconds);
  }

  private static double processorSeconds(ProcessHandle process) {
    return process.info().totalCpuDuration().map(spent -> spent.toMillis() * 1e-3).orElse(0.0);
  }

  /** Returns when the run has finished so many more epochs. */
  private void afterEpochs(int count) throws Exception {
    for (int wanted = epoch() + count; epoch() < wanted; ) {
      Thread.sleep(5);
    }
  }

  /** The epoch that the run has finished last, from the end of its metrics. */
  private int epoch() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(metrics.toFile(), "r")) {
      byte[] end = new byte[(int) Math.min(file.length(), 4000)];
      file.seek(file.length() - end.length);
      file.readFully(end);
      Matcher matcher = EPOCH.matcher(new String(end, StandardCharsets.ISO_8859_1));
      while (matcher.find()) {
        last = Integer.parseInt(matcher.group(1));
      }
      return last;
    }
  }

  private Process browser() throws Exception {
    return start(
        "chromium.log",
        List.of(
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-sync",
            "--window-size=1280,1000",
            "--remote-debugging-port=0",
            "--user-data-dir=" + folder.resolve("profile"),
            address + "#train/followed"));
  }

  private static void end(Process process) throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.waitFor(20, TimeUnit.SECONDS);
  }

  private Process start(String log, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(log).toFile()))
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
