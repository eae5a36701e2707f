package io.fovea.cli.train.engine;

import io.fovea.cli.screen.Json;
import io.fovea.cli.train.record.FolderWrite;
import io.fovea.network.AnswerRule;
import io.fovea.network.Network;
import io.fovea.run.RunFolder;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.Training;
import io.fovea.transfer.Accuracy;
import io.fovea.transfer.Candidate;
import io.fovea.transfer.HeldOut;
import io.fovea.transfer.TransferListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes candidates.json in the run's folder as a search goes on: the candidates that are judged,
 * and what is being tried now; and the first model, to use meanwhile.
 */
final class CandidatesFile implements TransferListener, Listener {
  private final RunFolder folder;
  private final List<String> labels;
  private final Consumer<String> screen;
  private final TransferListener lines;
  private final long began = System.currentTimeMillis();
  private final Map<String, Candidate> judged = new LinkedHashMap<>();
  private final List<String> answers = new ArrayList<>();
  private Optional<Accuracy> test = Optional.empty();
  private Optional<Search> search = Optional.empty();
  private String now = "";
  private String soFar = "";

  /** The file of a folder; models get the labels, and the screen the search's lines. */
  CandidatesFile(RunFolder folder, List<String> labels, Consumer<String> screen) {
    this.folder = folder;
    this.labels = labels;
    this.screen = screen;
    this.lines = TransferListener.lines(screen);
  }

  @Override
  public void onWarning(String warning) {
    lines.onWarning(warning);
  }

  @Override
  public void onStart(Search begun) {
    search = Optional.of(begun);
    write("the photos go through the pretrained layers");
    lines.onStart(begun);
  }

  @Override
  public void onFold(String candidate, int fold, int folds) {
    write("%s: fold %d of %d".formatted(candidate, fold, folds));
    lines.onFold(candidate, fold, folds);
  }

  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    ended(epoch.epoch());
  }

  /** An epoch of a candidate's training has ended, or one by which the search is estimated. */
  void ended(int epoch) {
    write(
        search.isEmpty()
            ? "measuring how long the search will take"
            : now.replaceFirst(", epoch \\d+$", "") + ", epoch " + epoch);
  }

  @Override
  public void onCandidate(Candidate candidate) {
    judged.put(candidate.name(), candidate);
    write(candidate.name() + ": judged");
    lines.onCandidate(candidate);
  }

  @Override
  public void onModelSoFar(Candidate candidate, Network network) {
    soFar = candidate.name();
    write(now); // before the model, which is never there without this mark
    network.publish(network.weights(), network.preprocessing(), labels);
    FolderWrite.run(() -> folder.writeModel(RunFolder.BEST, network));
    screen.accept(
        "so far: %s, %s: %s can be used while the search goes on"
            .formatted(soFar, candidate.accuracy().orElseThrow(), folder.file(RunFolder.BEST)));
  }

  @Override
  public void onChoice(Candidate chosen, int photos) {
    judged.put(chosen.name(), chosen);
    write("%s: training on all %,d photos".formatted(chosen.name(), photos));
    lines.onChoice(chosen, photos);
  }

  @Override
  public void onAnswers(HeldOut heldOut, double coverage, Optional<AnswerRule.OneLabel> rule) {
    TransferListener.lines(answers::add).onAnswers(heldOut, coverage, rule);
    lines.onAnswers(heldOut, coverage, rule);
  }

  /** Writes the candidates of a search that has ended, when its model is written. */
  void end(List<Candidate> candidates) {
    soFar = "";
    judged.clear();
    candidates.forEach(candidate -> judged.put(candidate.name(), candidate));
    write("");
  }

  /** Writes how many test photos the chosen model answers rightly, too. */
  void onTest(Accuracy accuracy) {
    test = Optional.of(accuracy);
    write("");
  }

  private void write(String what) {
    now = what;
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("began", began);
    search.ifPresent(
        begun -> {
          all.put("effort", begun.plan().effort().title());
          all.put("estimate", begun.estimate().toSeconds());
          all.put("plan", begun.plan().candidates().stream().map(Object::toString).toList());
          all.put("folds", begun.plan().folds());
          all.put("judging", begun.judging());
        });
    all.put("now", now);
    if (!soFar.isEmpty()) {
      all.put(RunFolder.SO_FAR, soFar);
    }
    all.put("candidates", judged.values().stream().map(CandidatesFile::facts).toList());
    all.put("answers", answers);
    test.ifPresent(of -> all.put("test", Map.of("accuracy", of.share(), "photos", of.photos())));
    FolderWrite.run(() -> folder.write(RunFolder.CANDIDATES, Json.pretty(all)));
  }

  private static Map<String, Object> facts(Candidate candidate) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", candidate.name());
    if (candidate.validation().isPresent()) {
      EpochReport.Score score = candidate.validation().get();
      Accuracy accuracy = candidate.accuracy().orElseThrow();
      facts.put("accuracy", accuracy.share());
      facts.put("photos", accuracy.photos());
      facts.put("low", accuracy.low());
      facts.put("high", accuracy.high());
      facts.put("loss", score.loss());
    }
    facts.put("seconds", Math.round(candidate.seconds() * 10) / 10.0);
    facts.put("note", candidate.note());
    facts.put("chosen", candidate.isChosen());
    return facts;
  }
}
