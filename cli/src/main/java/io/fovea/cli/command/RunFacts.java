package io.fovea.cli.command;

import io.fovea.cli.run.RunFolder;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.train.RepeatCommand;
import io.fovea.cli.train.Settings;
import io.fovea.cli.train.TrainFlags;
import io.fovea.data.DataSets;
import io.fovea.data.PretrainedWeights;
import io.fovea.http.MalformedJson;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The facts in a run folder about how it was made.
 *
 * @param folder the run
 * @param config its config.json
 * @param flags its flags; newer ones that it lacks have their defaults
 */
record RunFacts(Path folder, JsonNode config, Map<String, String> flags) {
  private static final Pattern LICENCE =
      Pattern.compile("(?i)(.+[-_.])?(licen[cs]e|copying|notice)([-_.].*)?");

  private static final String CIFAR =
      "none stated by the publisher (University of Toronto), who asks to cite Krizhevsky 2009";

  /**
   * Licences as stated by Keras' documentation (mnist, fashion-mnist), the publisher's repository
   * rois-codh/kmnist, nist.gov/itl/products-and-services/emnist-dataset and
   * cs.toronto.edu/~kriz/cifar.html. The last two state no licence.
   */
  private static final Map<String, String> NAMED_LICENCES =
      Map.of(
          "mnist", "CC BY-SA 3.0 (Yann LeCun and Corinna Cortes)",
          "fashion-mnist", "MIT (Zalando SE)",
          "kmnist",
              "CC BY-SA 4.0 (\"KMNIST Dataset\" created by CODH, adapted from \"Kuzushiji Dataset\" created by NIJL and others, doi:10.20676/00000341)",
          "emnist",
              "none stated by the publisher (NIST), who asks to cite Cohen et al. 2017, arXiv:1702.05373",
          "cifar-10", CIFAR,
          "cifar-100", CIFAR);

  private static final String UNKNOWN = "not stated; ask the publisher";

  static RunFacts of(Path run) throws IOException {
    JsonNode config =
        RunFolder.configuration(run)
            .filter(found -> Files.isDirectory(run))
            .orElseThrow(
                () ->
                    new Failure(
                        "card: expects the folder of a run, got %s, which %s; give a folder such as runs/NAME"
                            .formatted(
                                run,
                                Files.isRegularFile(run)
                                    ? "is a file"
                                    : "has no " + RunFolder.CONFIG)));
    Map<String, String> flags = TrainFlags.standard();
    config
        .path("flags")
        .properties()
        .forEach(flag -> flags.put(flag.getKey(), flag.getValue().asString("")));
    return new RunFacts(run, config, flags);
  }

  String flag(String name) {
    return flags.getOrDefault(name, "");
  }

  Settings settings() {
    return new Settings(flags);
  }

  String version() {
    return config.path("fovea").asString("of an unknown version");
  }

  String startedIn() {
    return config.path("startedIn").asString("");
  }

  /** The data set as given to the command. */
  String data() {
    return config.path("data").asString("");
  }

  boolean isNamed() {
    return DataSets.named().stream().anyMatch(set -> set.name().equals(data()));
  }

  /** The data set's name, or the path of its files. */
  String dataPlace() {
    return isNamed() ? data() : RunFolder.place(config, data());
  }

  String title() throws IOException {
    String model = isFromScratch() ? "resnet8" : lastName(flag("model"));
    return "%s on %s".formatted(model, lastName(data()));
  }

  private static String lastName(String text) {
    return String.valueOf(Path.of(text).normalize().getFileName());
  }

  /** Flags that differ from their defaults. */
  Map<String, String> changed() {
    Map<String, String> standard = TrainFlags.standard();
    Map<String, String> changed = new LinkedHashMap<>(flags);
    changed.entrySet().removeIf(flag -> flag.getValue().equals(standard.get(flag.getKey())));
    return changed;
  }

  /** The command that repeats the run. */
  String command() throws IOException {
    return RepeatCommand.of(settings(), data(), config);
  }

  /** Whether the run chose among candidates, within a time limit. */
  boolean isChoice() {
    return !flag("candidates").isEmpty();
  }

  /** The name of the chosen candidate; empty for a run without candidates. */
  String chosen() throws IOException {
    Path file = folder.resolve(RunFolder.CANDIDATES);
    if (!isChoice() || !Files.isRegularFile(file)) {
      return "";
    }
    try {
      return Json.read(Files.readString(file))
          .path("candidates")
          .valueStream()
          .filter(one -> one.path("chosen").asBoolean(false))
          .map(one -> one.path("name").asString(""))
          .findFirst()
          .orElse("");
    } catch (JacksonException malformed) {
      throw new Failure(
          "card: %s is not JSON (%s); restore it".formatted(file, MalformedJson.reason(malformed)),
          malformed);
    }
  }

  private boolean isFromScratch() throws IOException {
    return chosen().contains("from scratch");
  }

  String architecture() throws IOException {
    return isFromScratch() ? "resnet8 after a pooling that reduces the photos" : flag("model");
  }

  /** The epochs that were asked for. */
  String epochs() {
    return flag(flag("pretrained").isEmpty() ? "epochs" : "fine-tune");
  }

  /** Whether the run had training steps of its own. */
  boolean hasSteps() {
    return !isChoice() && !epochs().equals("0");
  }

  /** The optimiser of the kept model. */
  String optimizer() throws IOException {
    String text = settings().optimizerText();
    if (isChoice() ? chosen().startsWith("frozen") : !hasSteps()) {
      return "L-BFGS for the last layer; the others keep their first weights";
    }
    // Candidates are trained with a rate of their own from scratch.
    return isFromScratch() ? text.replaceFirst(", learning rate [^,]+", "") : text;
  }

  /** The initial weights: a file, or the name of pretrained ones; empty for random ones. */
  private String source() throws IOException {
    String named = PretrainedWeights.IMAGENET + flag("model");
    return isFromScratch()
        ? ""
        : !flag("init-from").isEmpty()
            ? flag("init-from")
            : flag("pretrained").equals("imagenet") ? named : flag("pretrained");
  }

  String firstWeights() throws IOException {
    return source().isEmpty()
        ? "drawn by the seed (%s)".formatted(flag("init"))
        : "`" + source() + "`";
  }

  String weightsLicence() throws IOException {
    String source = source();
    for (PretrainedWeights.Listing known : PretrainedWeights.named()) {
      if (known.name().equals(source)) {
        return "%s (%s)".formatted(known.licence(), known.copyright());
      }
    }
    return source.isEmpty()
        ? "none, they are from this run"
        : licence(Path.of(RunFolder.place(config, source)));
  }

  String dataLicence() throws IOException {
    return isNamed() ? NAMED_LICENCES.getOrDefault(data(), UNKNOWN) : licence(Path.of(dataPlace()));
  }

  /** The licence files in a folder, and those beside a file or folder that may apply to it. */
  private static String licence(Path place) throws IOException {
    TreeSet<String> found = new TreeSet<>();
    if (Files.isDirectory(place)) {
      add(found, place, "");
    }
    Path parent = place.toAbsolutePath().normalize().getParent();
    if (parent != null && Files.isDirectory(parent)) {
      add(found, parent, lastName(place.toString()));
    }
    return found.isEmpty()
        ? UNKNOWN
        : "see " + found.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }

  /** A file whose name begins with a different name is about something else. */
  private static void add(TreeSet<String> found, Path folder, String wanted) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        var name = LICENCE.matcher(String.valueOf(file.getFileName()));
        if (name.matches()
            && Files.isRegularFile(file)
            && (wanted.isEmpty() || name.group(1) == null || name.group(1).startsWith(wanted))) {
          found.add(file.toString());
        }
      }
    }
  }

  /** The model's file, with its size and checksum. */
  String file() throws IOException {
    Path file = folder.resolve(RunFolder.BEST);
    byte[] bytes = Files.readAllBytes(file);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "`%s`, %,d bytes, SHA-256 `%s`"
          .formatted(file.getFileName(), bytes.length, HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has SHA-256
    }
  }
}
