package io.fovea.kernel.op;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.engine.UniqueId;

/**
 * Tests that run with vectors of every width: this machine's, 256 and 128 bits. At the last two a
 * build takes one case of a table in {@code fovea.test.one-of}: that the numbers are right at one
 * width and the bits the same at all is what KernelBitsTest and SameBitsTest say.
 */
@Tag("widths")
@ExtendWith(EveryWidth.OneOfSome.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface EveryWidth {
  /** Leaves out cases of a parameterised test by their number. */
  class OneOfSome implements ExecutionCondition {
    private static final int SOME = Integer.getInteger("fovea.test.one-of", 1);
    private static final String CASE = "test-template-invocation";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      UniqueId.Segment last = UniqueId.parse(context.getUniqueId()).getLastSegment();
      if (last.getType().equals(CASE)) {
        int number = Integer.parseInt(last.getValue().substring(1)); // #1 is the first
        if (number % SOME != 0) {
          return ConditionEvaluationResult.disabled("one case of " + SOME + " at this width");
        }
      }
      return ConditionEvaluationResult.enabled("all");
    }
  }
}
