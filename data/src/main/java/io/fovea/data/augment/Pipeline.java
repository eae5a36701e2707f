package io.fovea.data.augment;

import io.fovea.data.augment.buffer.AugmentBuffer;
import io.fovea.dataset.Augmentation;
import io.fovea.dataset.Batch;
import io.fovea.network.DidYouMean;
import io.fovea.network.RefusedException;
import io.fovea.random.RandomKey;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Operations one after the other, each at most once. Neighbouring geometric operations share one
 * resampling. Operations that mix images are applied last, wherever they are in the list; of
 * several, each image gets one, with equal probability.
 *
 * <p>As a text: operations joined by {@code +}, such as {@code rotate:10+scale:0.1+mixup:0.2};
 * numbers may be omitted; a preset ({@link #presets}) stands for its operations, {@code none} for
 * no operation.
 *
 * @param operations in their order
 */
public record Pipeline(List<Operation> operations) implements Augmentation {
  private static final String NONE = "none";

  /** (224/256)^2. */
  private static final double VIEW_AREA = 0.765625;

  private static final Map<String, String> PRESETS = presetTexts();

  /**
   * Copies the list and checks it.
   *
   * @throws IllegalArgumentException if an operation is there twice
   */
  public Pipeline {
    operations = List.copyOf(operations);
    Set<String> seen = new HashSet<>();
    for (Operation operation : operations) {
      if (!seen.add(operation.name())) {
        throw new RefusedException(
            "augment",
            "%s is there twice, got \"%s\"; leave one out"
                .formatted(operation.name(), joined(operations)),
            "");
      }
    }
  }

  /** A pipeline of these operations. */
  public static Pipeline of(Operation... operations) {
    return new Pipeline(List.of(operations));
  }

  private static Map<String, String> presetTexts() {
    Map<String, String> presets = new LinkedHashMap<>();
    presets.put("affine", "rotate:10+scale:0.1+shear:5+shift:2");
    presets.put("mnist", "affine+elastic:34:5");
    presets.put("fashion", "flip+shift:2+erase:0.5");
    presets.put("cifar", "flip+crop:4");
    return presets;
  }

  /** Names that stand for several operations, and the texts that they stand for. */
  public static Map<String, String> presets() {
    return new LinkedHashMap<>(PRESETS);
  }

  /** How each operation is written, for example {@code elastic:ALPHA:SIGMA}. */
  public static List<String> patterns() {
    return OperationSyntax.ALL.stream().map(OperationSyntax::pattern).toList();
  }

  /**
   * The pipeline of a text.
   *
   * @throws IllegalArgumentException if it names no operation or a number is out of range; the
   *     message lists the operations
   */
  public static Pipeline parse(String text) {
    if (text.equals(NONE)) {
      return of();
    }
    List<Operation> operations = new ArrayList<>();
    for (String part : text.split("\\+", -1)) {
      if (PRESETS.containsKey(part)) {
        operations.addAll(parse(String.valueOf(PRESETS.get(part))).operations());
      } else {
        operations.add(operation(part, text));
      }
    }
    return new Pipeline(operations);
  }

  private static Operation operation(String part, String whole) {
    String name = part.split(":", 2)[0];
    for (OperationSyntax form : OperationSyntax.ALL) {
      if (form.name().equals(name)) {
        try {
          return form.read(part);
        } catch (RefusedException wrong) {
          throw new RefusedException(
              "augment",
              "%s (operations: %s)".formatted(wrong.sentence(), String.join(", ", patterns())),
              "");
        }
      }
    }
    if (name.isEmpty() || name.equals(NONE)) {
      throw new RefusedException(
          "augment",
          "expects only none, or operations joined by +, got \"%s\" (operations: %s)"
              .formatted(whole, String.join(", ", patterns())),
          "");
    }
    List<String> known = new ArrayList<>(List.of(NONE));
    known.addAll(PRESETS.keySet());
    OperationSyntax.ALL.forEach(form -> known.add(form.name()));
    throw new RefusedException(
        "augment", "no operation is named \"" + name + "\"" + DidYouMean.expected(name, known), "");
  }

  /** The text from which the same pipeline is read, without presets. */
  @Override
  public String text() {
    return operations.isEmpty() ? NONE : joined(operations);
  }

  private static String joined(List<Operation> operations) {
    return operations.stream().map(Operation::text).collect(Collectors.joining("+"));
  }

  /**
   * Checks that images of this shape can be changed.
   *
   * @throws IllegalArgumentException if not
   */
  public void check(Shape shape) {
    operations.forEach(operation -> operation.check(shape));
  }

  @Override
  public Augmenter augmenter(Shape shape, float[] background) {
    check(shape);
    return new Sequence(operations, new AugmentBuffer(shape, background));
  }

  @Override
  public boolean mixes() {
    return operations.stream().anyMatch(operation -> operation instanceof Operation.Mixing);
  }

  @Override
  public void mix(Batch mixed, Batch batch, int n, int partner, RandomKey key) {
    List<Operation.Mixing> choices = mixing();
    Operation.Mixing chosen = choices.get(key.with("mixing").below(choices.size(), 0));
    chosen.mix(mixed, batch, n, partner, key.with(chosen.name()));
  }

  /**
   * Views of images for {@code TestTimeAugmentation} by these operations: the unchanged image, then
   * the results of shift, rotate, scale, shear, crop and random-resized-crop, or without these a
   * {@link Crop} by a fourteenth of the shorter side. With a {@link Flip}, every second view is
   * mirrored. Boxes of random-resized-crop have at least the area of AlexNet's ten crops,
   * (224/256)^2 of the image's.
   *
   * @param count how many, including the unchanged image
   * @param shape (C, H, W) of the images
   */
  public List<Augmentation> views(int count, Shape shape) {
    List<Operation> moving = new ArrayList<>();
    boolean flips = false;
    for (Operation operation : operations) {
      switch (operation) {
        case Flip flip -> flips = true;
        case Elastic elastic -> {} // a random deformation is not a camera view
        case RandomResizedCrop crop ->
            moving.add(new RandomResizedCrop(Math.max(VIEW_AREA, crop.smallest()), crop.ratio()));
        case Operation.Moving move -> moving.add(move);
        case Operation.Painting paint -> {}
        case Operation.Mixing mix -> {}
      }
    }
    if (moving.isEmpty()) {
      moving.add(new Crop(Math.max(1, Math.min(shape.size(1), shape.size(2)) / 14)));
    }
    List<Augmentation> views = new ArrayList<>(List.of(Augmentation.none()));
    for (int v = 1; v < count; v++) {
      List<Operation> own = new ArrayList<>(moving);
      if (flips && v % 2 == 1) {
        own.add(new Flip(1));
      }
      Pipeline view = new Pipeline(own);
      view.check(shape);
      views.add(view);
    }
    return views;
  }

  private List<Operation.Mixing> mixing() {
    return operations.stream()
        .filter(Operation.Mixing.class::isInstance)
        .map(Operation.Mixing.class::cast)
        .toList();
  }
}
