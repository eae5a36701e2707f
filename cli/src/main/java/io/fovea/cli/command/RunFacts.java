package io.fovea.cli.command;

import io.fovea.cli.report.ReportData;
import io.fovea.cli.run.RunFolders;
import io.fovea.cli.run.Sha256;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.Json;
import io.fovea.cli.train.flags.RepeatCommand;
import io.fovea.cli.train.flags.Settings;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.data.DataSets;
import io.fovea.data.PretrainedWeights;
import io.fovea.data.base.DataSplit;
import io.fovea.http.MalformedJson;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.run.RunConfig;
import io.fovea.run.RunFolder;
import io.fovea.train.EpochReport;
import io.fovea.transfer.Accuracy;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a run folder records of how the run was made, in the words of its {@link ModelCard}.
 *
 * @param folder the run
 * @param config its configuration
 * @param flags its flags; newer ones that it lacks have their defaults
 * @param candidate what candidates.json has of the chosen candidate; empty for a run without
 */
record RunFacts(
    Path folder, RunConfig config, Map<String, String> flags, Optional<JsonNode> candidate) {
  private static final Pattern LICENCE =
      Pattern.compile("(?i)(.+[-_.])?(licen[cs]e|copying|notice)([-_.].*)?");

  private static final String UNKNOWN = "not stated; ask the publisher";

  static RunFacts of(Path run) throws IOException {
    RunConfig config =
        RunFolders.configuration(run)
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
    Map<String, String> flags = TrainFlags.TABLE.defaults();
    flags.putAll(config.flags());
    return new RunFacts(run, config, flags, candidate(run, config));
  }

  String flag(String name) {
    return flags.getOrDefault(name, "");
  }

  private Settings settings() {
    return Settings.of(flags);
  }

  String startedIn() {
    return config.startedIn();
  }

  /** The data set as given to the command. */
  String data() {
    return config.data();
  }

  private Optional<DataSets.Listing> named() {
    return DataSets.named().stream().filter(set -> set.name().equals(data())).findFirst();
  }

  /** The data set's name, or the path of its files. */
  String dataPlace() {
    return named().isPresent() ? data() : config.path(data());
  }

  private String title() {
    String model = isFromScratch() ? "resnet8" : lastName(flag("model"));
    return "%s on %s".formatted(model, lastName(data()));
  }

  private static String lastName(String text) {
    return String.valueOf(Path.of(text).normalize().getFileName());
  }

  /** The run as its report has it; the settings are the flags that differ from their defaults. */
  ReportData data(
      Network network,
      Optional<DataSplit> split,
      List<EpochReport> epochs,
      Optional<Evaluation> evaluation)
      throws IOException {
    Map<String, String> standard = TrainFlags.TABLE.defaults();
    List<ReportData.Setting> changed =
        flags.entrySet().stream()
            .filter(flag -> !flag.getValue().equals(standard.get(flag.getKey())))
            .map(flag -> new ReportData.Setting(flag.getKey(), flag.getValue()))
            .toList();
    return new ReportData(
        title(),
        split.map(DataSplit::note).orElse(""),
        changed,
        network,
        KernelSet.REFERENCE,
        split.map(images -> images.train().size()).orElse(0),
        List.of(),
        epochs,
        evaluation.map(scores -> new ReportData.Test(scores, split.orElseThrow().test())),
        Optional.of(
            new ReportData.Provenance(
                folder,
                "",
                "Fovea " + (config.fovea().isEmpty() ? "of an unknown version" : config.fovea()),
                RepeatCommand.of(settings(), data(), config))),
        List.of());
  }

  /** Whether the run chose among candidates, within a time limit. */
  boolean isChoice() {
    return config.isChoice();
  }

  private static Optional<JsonNode> candidate(Path run, RunConfig config) throws IOException {
    Path file = run.resolve(RunFolder.CANDIDATES);
    if (!config.isChoice() || !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    if (Files.size(file) > RunFolder.MOST_CANDIDATES) {
      throw new Failure(
          "card: %s has %,d bytes, a search writes at most %,d; restore it"
              .formatted(file, Files.size(file), RunFolder.MOST_CANDIDATES));
    }
    try {
      return Json.read(Files.readString(file))
          .path("candidates")
          .valueStream()
          .filter(one -> one.path("chosen").asBoolean(false))
          .findFirst();
    } catch (JacksonException malformed) {
      throw new Failure(
          "card: %s is not JSON (%s); restore it".formatted(file, MalformedJson.reason(malformed)),
          malformed);
    }
  }

  /** The name of the chosen candidate; empty for a run without candidates. */
  String chosen() {
    return candidate.map(one -> one.path("name").asString("")).orElse("");
  }

  /** The chosen candidate's accuracy on held-out photos; empty where their number is not known. */
  Optional<Accuracy> judged() {
    return candidate
        .filter(one -> one.path("photos").asLong(0) > 0)
        .map(one -> new Accuracy(one.path("accuracy").asDouble(), one.path("photos").asLong()));
  }

  private boolean isFromScratch() {
    return chosen().contains("from scratch");
  }

  String architecture() {
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
  String optimizer() {
    String text = settings().optimizerText();
    if (isChoice() ? chosen().startsWith("frozen") : !hasSteps()) {
      return "L-BFGS for the last layer; the others keep their first weights";
    }
    // Candidates are trained with a rate of their own from scratch.
    return isFromScratch() ? text.replaceFirst(", learning rate [^,]+", "") : text;
  }

  /** The initial weights: a file, or the name of pretrained ones; empty for random ones. */
  private String source() {
    String named = PretrainedWeights.IMAGENET + flag("model");
    return isFromScratch()
        ? ""
        : !flag("init-from").isEmpty()
            ? flag("init-from")
            : flag("pretrained").equals("imagenet") ? named : flag("pretrained");
  }

  String firstWeights() {
    return source().isEmpty()
        ? "drawn by the seed (%s)".formatted(flag("init"))
        : "`" + source() + "`";
  }

  String weightsLicence() throws IOException {
    String source = source();
    for (PretrainedWeights.Named known : PretrainedWeights.named()) {
      if (known.name().equals(source)) {
        return "%s (%s)".formatted(known.licence(), known.copyright());
      }
    }
    return source.isEmpty()
        ? "none, they are from this run"
        : licence(Path.of(config.path(source)));
  }

  String dataLicence() throws IOException {
    Optional<DataSets.Listing> named = named();
    return named.isPresent() ? named.get().licence() : licence(Path.of(dataPlace()));
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
    return "`%s`, %,d bytes, SHA-256 `%s`"
        .formatted(file.getFileName(), bytes.length, Sha256.of(bytes));
  }
}
