package io.fovea.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints the error of a property and its cure instead of a stack trace. */
final class FoveaFailureAnalyzer extends AbstractFailureAnalyzer<FoveaConfigurationException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, FoveaConfigurationException cause) {
    return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.cure(), cause);
  }
}
