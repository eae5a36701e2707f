package io.fovea.rivals.compare;

import io.fovea.rivals.measure.MeasurementSettings;
import io.fovea.rivals.measure.Result;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One measurement on all sides: A B C, B C A, C A B ..., so that whatever slows the machine for a
 * while slows everybody. A side that fails leaves; the others go on.
 */
final class Comparison {
  /** Busy cores of other programs that spoil a measurement. */
  static final double NOISE = 0.1;

  private final MeasurementSettings settings;
  private final Installation installation;
  private final PrintStream out;
  private final List<Contender> contenders;
  private final List<Double> busyCores = new ArrayList<>();

  Comparison(
      MeasurementSettings settings,
      List<Participant> participants,
      Installation installation,
      PrintStream out) {
    this.settings = settings;
    this.installation = installation;
    this.out = out;
    this.contenders =
        participants.stream()
            .filter(participant -> participant.takesPart(settings))
            .map(Contender::new)
            .toList();
  }

  MeasurementSettings settings() {
    return settings;
  }

  String title() {
    return "%s %s, batch %d"
        .formatted(settings.action().title(), settings.network(), settings.batch());
  }

  List<Contender> contenders() {
    return contenders;
  }

  /** What other programs used of the machine, before each run. */
  Series busyCores() {
    return new Series(busyCores);
  }

  /** Whether every side took part in all rounds. */
  boolean isComplete() {
    return contenders.stream().allMatch(Contender::isIn);
  }

  void run(int rounds) throws IOException, InterruptedException {
    if (settings.action().readsFiles()) {
      out.println("  same answers  " + agreement());
    }
    List<Contender> order = new ArrayList<>(contenders);
    for (int round = 1; round <= rounds; round++) {
      for (Contender contender : order) {
        if (contender.isIn()) {
          out.printf("  round %d of %d  %-13s", round, rounds, contender.title());
          out.flush();
          double busy = Machine.busyCores();
          busyCores.add(busy);
          String noise = busy > NOISE ? "  (others keep %.2f cores busy)".formatted(busy) : "";
          out.println(turn(contender) + noise);
        }
      }
      Collections.rotate(order, -1);
    }
  }

  /** One process; returns what to say of it. */
  private String turn(Contender contender) throws IOException, InterruptedException {
    try {
      Result result = SideProcess.of(contender.participant(), installation, settings).run(settings);
      requireLearning(result);
      contender.add(result);
      return result.words();
    } catch (UnableException unable) {
      contender.leave(unable.reason());
      return "cannot run: " + unable.reason();
    }
  }

  /** Where a file's answers differ nobody is measured; returns what to say of it. */
  private String agreement() throws IOException, InterruptedException {
    try {
      return SideProcess.agreement(installation).run(settings).words();
    } catch (UnableException unable) {
      contenders.forEach(contender -> contender.leave(unable.reason()));
      return "no: " + unable.reason();
    }
  }

  /** What is quick because it does not train does not count. */
  private void requireLearning(Result result) throws UnableException {
    if (!settings.action().trains()) {
      return;
    }
    double loss = result.value("loss");
    boolean digits = settings.architecture().learnsDigits();
    if (!Double.isFinite(loss) || (digits && loss >= Math.log(MeasurementSettings.CLASSES))) {
      throw new UnableException(
          "does not train: its loss is %s, and guessing has ln 10".formatted(loss));
    }
  }
}
