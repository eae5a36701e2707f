package io.fovea.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong with a property and the cure, in place of a stack trace. */
final class FoveaFailureAnalyzer extends AbstractFailureAnalyzer<FoveaConfigurationException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, FoveaConfigurationException cause) {
    return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.cure(), cause);
  }
}
