package io.fovea.spring.sample;

import io.fovea.data.Images;
import io.fovea.data.base.DataException;
import io.fovea.inference.BatchingClassifier;
import io.fovea.inference.Prediction;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Says what class a picture has. */
@SpringBootApplication
public class SampleApplication {
  private static final long MOST_PIXELS = 16_000_000;

  public static void main(String[] arguments) {
    SpringApplication.run(SampleApplication.class, arguments);
  }

  @RestController
  static class Pictures {
    private final BatchingClassifier classifier;

    Pictures(BatchingClassifier classifier) {
      this.classifier = classifier;
    }

    @PostMapping("/classify")
    Map<String, Object> classify(@RequestBody byte[] file) throws DataException {
      if (Images.pixels(file, "upload") > MOST_PIXELS) { // from its header: nothing is decoded yet
        throw new IllegalArgumentException("upload: expects at most 16 million pixels");
      }
      Prediction answer = classifier.classify(Images.read(file, "upload"));
      return Map.of("label", answer.label(), "probability", answer.probability());
    }

    @ExceptionHandler({DataException.class, IllegalArgumentException.class})
    @ResponseStatus(HttpStatus.BAD_REQUEST)
    Map<String, String> refuse(Exception refused) {
      return Map.of("error", String.valueOf(refused.getMessage()));
    }
  }
}
