package io.fovea.network;

/**
 * A refusal in its parts, for callers that know what is refused by another name, as a flag: they
 * put that name before {@link #sentence}. The message is {@code operation: problem; cure}. A
 * subclass says which cure it is, where callers know the cure by a name of their own.
 */
public class RefusedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final String cure;

  /**
   * A refusal.
   *
   * @param operation what refuses, as {@code resume}
   * @param problem what was got and what was expected
   * @param cure what to do about it; empty if the problem says it
   */
  public RefusedException(String operation, String problem, String cure) {
    super(operation + ": " + sentence(problem, cure));
    this.problem = problem;
    this.cure = cure;
  }

  private static String sentence(String problem, String cure) {
    return cure.isEmpty() ? problem : problem + "; " + cure;
  }

  /** What was got and what was expected. */
  public String problem() {
    return problem;
  }

  /** Problem and cure, without what refuses. */
  public String sentence() {
    return sentence(problem, cure);
  }
}
