package io.fovea.cli.command.finished;

import io.fovea.cli.screen.Json;
import io.fovea.cli.train.engine.RunReplay;
import io.fovea.cli.train.flags.TrainFlags;
import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.data.show.SampleSheet;
import io.fovea.dataset.Image;
import io.fovea.file.Table;
import io.fovea.replay.Biography;
import io.fovea.replay.ReplayedStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A step of a run and a weight's biography as text, JSON and a sheet of pictures.
 *
 * @param pictures whether JSON has the pictures, too
 */
record StepText(RunReplay run, boolean pictures) {
  private static final int SHOWN = 10;

  private static final int COLUMNS = 8;

  private static List<ReplayedStep.Picture> byPush(ReplayedStep step) {
    return step.pictures().stream()
        .sorted(Comparator.comparingDouble(ReplayedStep.Picture::push).reversed())
        .toList();
  }

  String of(ReplayedStep step) {
    StringBuilder text = new StringBuilder();
    long right = step.pictures().stream().filter(p -> p.answer() == p.label()).count();
    long later = step.pictures().stream().filter(p -> p.answerAfter() == p.label()).count();
    double lossAfter =
        step.pictures().stream().mapToDouble(ReplayedStep.Picture::lossAfter).average().orElse(0);
    text.append(
        line(
            "step %,d, epoch %d: %d images, loss %.4f -> %.4f, %d -> %d right",
            step.step(),
            step.epoch(),
            step.pictures().size(),
            step.loss(),
            lossAfter,
            right,
            later));
    Table layers = new Table(1, "parameter", "norm", "gradient", "update", "update/norm");
    for (ReplayedStep.Change change : step.parameters()) {
      layers.row(
          change.name(),
          number(change.weight()),
          number(change.gradient()),
          number(change.update()),
          number(change.weight() == 0 ? 0 : change.update() / change.weight()));
    }
    text.append(layers);
    if (run.settings().get(TrainFlags.AUGMENT).mixes()) {
      text.append(
          line(
              "images are mixtures: name and class are those of the first, losses of the mixture"));
    }
    text.append(line("images that pushed hardest:"));
    Table images = new Table(3, "image", "class", "answer", "loss", "gradient");
    for (ReplayedStep.Picture picture : byPush(step).stream().limit(SHOWN).toList()) {
      images.row(
          run.name(picture.index()),
          label(picture.label()),
          label(picture.answer())
              + (picture.answer() == picture.answerAfter()
                  ? ""
                  : " -> " + label(picture.answerAfter())),
          "%s -> %s".formatted(number(picture.loss()), number(picture.lossAfter())),
          number(picture.push()));
    }
    return text.append(images).toString();
  }

  /** A step, its images in the order of the batch. */
  record Step(
      long step,
      int epoch,
      double loss,
      boolean mixed,
      List<Seen> pictures,
      List<ReplayedStep.Change> parameters) {}

  /** An image of a step, with its answers and losses before and after. */
  record Seen(
      int index,
      String image,
      @Json.Key("class") String label,
      String answer,
      double loss,
      String answerAfter,
      double lossAfter,
      double gradient,
      Optional<byte[]> png) {}

  Step result(ReplayedStep step) {
    return new Step(
        step.step(),
        step.epoch(),
        step.loss(),
        run.settings().get(TrainFlags.AUGMENT).mixes(),
        step.pictures().stream().map(this::seen).toList(),
        step.parameters());
  }

  private Seen seen(ReplayedStep.Picture picture) {
    return new Seen(
        picture.index(),
        run.name(picture.index()),
        label(picture.label()),
        label(picture.answer()),
        picture.loss(),
        label(picture.answerAfter()),
        picture.lossAfter(),
        picture.push(),
        png(picture.view()));
  }

  /** Draws the batch, the images that pushed hardest first. */
  void draw(ReplayedStep step, Path file) throws IOException {
    List<SampleSheet.Cell> cells = new ArrayList<>();
    for (ReplayedStep.Picture one : byPush(step)) {
      String answer = one.answer() == one.label() ? "" : ": " + label(one.answer());
      cells.add(new SampleSheet.Cell(one.view(), label(one.label()) + answer));
    }
    Images.write(
        SampleSheet.draw(
            "step " + step.step(), "largest gradient first (class: wrong answer)", cells, COLUMNS),
        file);
  }

  String of(Biography one) {
    StringBuilder text =
        new StringBuilder(
            line(
                "%s: %s -> %s in %,d steps",
                one.weight(), number(one.before()), number(one.after()), one.steps()));
    if (one.isExact()) {
      double images = sum(one, 1) + sum(one, -1);
      text.append(
          line(
              "change %s = images %s, decay %s, velocity at the start %s, rounding %s",
              number(one.after() - one.before()),
              number(images),
              number(one.decay()),
              number(one.velocity()),
              number(one.rounding())));
      text.append(
          line(
              "%,d images raised it by %s in all, %,d lowered it by %s",
              count(one, 1), number(sum(one, 1)), count(one, -1), number(-sum(one, -1))));
    } else {
      text.append(
          line("the shares are sums of gradients: only with sgd do they add up to the change"));
    }
    Table table = new Table(2, "raised by", "class", "share", "lowered by", "class", "share");
    List<Biography.Share> up = most(one, 1);
    List<Biography.Share> down = most(one, -1);
    for (int k = 0; k < Math.max(up.size(), down.size()); k++) {
      List<String> row = new ArrayList<>();
      for (List<Biography.Share> side : List.of(up, down)) {
        boolean has = k < side.size();
        row.add(has ? run.name(side.get(k).index()) : "");
        row.add(has ? label(run.train().label(side.get(k).index())) : "");
        row.add(has ? number(side.get(k).amount()) : "");
      }
      table.row(row.toArray(String[]::new));
    }
    return text.append(table).toString();
  }

  private static long count(Biography one, int sign) {
    return one.shares().stream().filter(share -> share.amount() * sign > 0).count();
  }

  private static double sum(Biography one, int sign) {
    return one.shares().stream()
        .mapToDouble(share -> sign * Math.max(0, sign * share.amount()))
        .sum();
  }

  private static List<Biography.Share> most(Biography one, int sign) {
    return one.shares().stream()
        .filter(share -> share.amount() * sign > 0)
        .sorted(Comparator.comparingDouble(share -> -share.amount() * sign))
        .limit(SHOWN)
        .toList();
  }

  record Life(
      String weight,
      double before,
      double after,
      long steps,
      boolean exact,
      double decay,
      double velocity,
      double rounding,
      double raisedBy,
      double loweredBy,
      List<Share> raised,
      List<Share> lowered) {}

  record Share(
      int index,
      String image,
      @Json.Key("class") String label,
      double share,
      Optional<byte[]> png) {}

  Life result(Biography one) {
    return new Life(
        one.weight(),
        one.before(),
        one.after(),
        one.steps(),
        one.isExact(),
        one.decay(),
        one.velocity(),
        one.rounding(),
        sum(one, 1),
        -sum(one, -1),
        most(one, 1).stream().map(this::share).toList(),
        most(one, -1).stream().map(this::share).toList());
  }

  private Share share(Biography.Share share) {
    int index = share.index();
    return new Share(
        index,
        run.name(index),
        label(run.train().label(index)),
        share.amount(),
        png(run.train().image(index)));
  }

  private Optional<byte[]> png(Image picture) {
    try {
      return pictures ? Optional.of(Images.png(picture)) : Optional.empty();
    } catch (DataException unwritable) {
      throw new IllegalStateException(unwritable);
    }
  }

  /** Draws the images that raised a weight most, then those that lowered it most. */
  void draw(Biography one, Path file) throws IOException {
    List<SampleSheet.Cell> cells = new ArrayList<>();
    for (int sign : new int[] {1, -1}) {
      for (Biography.Share share : most(one, sign)) {
        cells.add(
            new SampleSheet.Cell(
                run.train().image(share.index()), "%+.1e".formatted(share.amount())));
      }
    }
    Images.write(
        SampleSheet.draw(
            one.weight(), "what raised it most, then what lowered it most", cells, SHOWN),
        file);
  }

  private String label(int index) {
    return run.train().classes().get(index);
  }

  private static String number(double value) {
    return value != 0 && Math.abs(value) < 0.001
        ? String.format(Locale.ROOT, "%.2e", value)
        : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format + "%n", values);
  }
}
