package io.fovea.format.onnx.value;

import io.fovea.network.RefusedException;
import java.io.Serial;

/** A refusal of a foreign model whose cure callers know by a name of their own, such as a flag. */
public final class ImportRefusal extends RefusedException {
  @Serial private static final long serialVersionUID = 1L;

  private final Cure known;

  /** What another reading of the file would need. */
  public enum Cure {
    /** The size of images, where the file leaves it open. */
    INPUT_SHAPE,
    /** Computing the file as it is. */
    AS_IT_IS
  }

  /** A refusal of an import; the cure in words as for every refusal. */
  public ImportRefusal(String problem, String cure, Cure known) {
    super("import", problem, cure);
    this.known = known;
  }

  /** The cure that has a name. */
  public Cure known() {
    return known;
  }
}
