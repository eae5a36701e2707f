package io.fovea.cli;

import io.fovea.data.DataException;
import io.fovea.inference.Prediction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The Spring controller of docs/production.md. */
// begins
@RestController
class DigitsController {
  private final Digits digits;

  DigitsController(Digits digits) {
    this.digits = digits;
  }

  @PostMapping("/digits")
  Map<String, Object> read(@RequestBody byte[] file) throws DataException {
    Prediction answer = digits.read(file);
    return Map.of("label", answer.label(), "probability", answer.probability());
  }

  @ExceptionHandler
  @ResponseStatus(HttpStatus.BAD_REQUEST)
  Map<String, String> refuse(DataException damaged) {
    return Map.of("error", String.valueOf(damaged.getMessage()));
  }

  @Configuration
  static class Beans {
    @Bean
    Digits digits() throws IOException {
      return new Digits(Path.of(System.getProperty("digits.model", "digits.safetensors")));
    }
  }
}
// ends
