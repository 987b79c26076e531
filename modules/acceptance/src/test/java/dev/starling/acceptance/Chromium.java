/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.starling.testkit.Eventually;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A headless Chromium with an empty profile, in windows that are all visible (a hidden tab paints
 * nothing). For one thread.
 */
final class Chromium implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path profile;
  private final ChromeDriver driver;
  private boolean fresh = true;

  private Chromium(Path profile, ChromeDriver driver) {
    this.profile = profile;
    this.driver = driver;
  }

  /** Starts the Chromium that is on the PATH, with further switches. */
  static Chromium start(String... switches) {
    Path profile = profile();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(find("chromium", "chromium-browser", "google-chrome"));
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + profile);
    options.addArguments(switches);
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logging);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(find("chromedriver"))
            .usingAnyFreePort()
            .build();
    return new Chromium(profile, new ChromeDriver(service, options));
  }

  private static Path profile() {
    try {
      Path folder = Files.createDirectories(Path.of("target", "chromium"));
      return Files.createTempDirectory(folder, "profile-").toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static File find(String... names) {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/bin";
    for (String name : names) {
      for (String folder : path.split(File.pathSeparator, -1)) {
        File candidate = new File(folder, name);
        if (candidate.canExecute() && candidate.isFile()) {
          return candidate;
        }
      }
    }
    throw new AssertionError(
        "there is no "
            + String.join(" or ", names)
            + " on the PATH; on Debian and Ubuntu: apt-get install chromium chromium-driver");
  }

  /** Opens a page in a window of its own and waits until it has loaded. */
  Window open(String url) {
    if (!fresh) {
      driver.switchTo().newWindow(WindowType.WINDOW);
    }
    fresh = false;
    Window window = new Window(driver.getWindowHandle());
    window.show(url);
    return window;
  }

  /** What pages complained about since the last call: errors, refused by a policy, not loaded. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .toList();
  }

  /** A resource of this package, as text. */
  static String resource(String name) {
    try (InputStream stream = Chromium.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new AssertionError("no resource " + name);
      }
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
    try (var files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // A process that is ending may still write; what is left under target/ harms nobody.
    }
  }

  /** One window. */
  final class Window {
    private final String handle;

    private Window(String handle) {
      this.handle = handle;
    }

    private ChromeDriver focused() {
      driver.switchTo().window(handle);
      return driver;
    }

    /** Shows another page, and waits until it has loaded. */
    void show(String url) {
      focused().get(url);
    }

    /** Goes back to the page before. */
    void goBack() {
      focused().navigate().back();
    }

    /** Runs the body of a function in the page; its value, awaited where it is a promise. */
    @Nullable Object run(String body, Object... arguments) {
      return focused().executeScript(body, arguments);
    }

    /** What an expression in the page is, as text. */
    String text(String expression) {
      return String.valueOf(run("return String(" + expression + ")"));
    }

    /** What an expression in the page is, as JSON. */
    JsonArray list(String expression) {
      return new JsonArray(String.valueOf(run("return JSON.stringify(" + expression + ")")));
    }

    /** What an expression in the page is, as JSON. */
    JsonObject object(String expression) {
      return new JsonObject(String.valueOf(run("return JSON.stringify(" + expression + ")")));
    }

    /** Waits until an expression in the page is true. */
    void await(String what, String expression) {
      Eventually.eventually(
          what + ": " + expression,
          PATIENCE,
          () -> Boolean.TRUE.equals(run("return Boolean(" + expression + ")")));
    }

    /** The element with a {@code data-testid}. */
    WebElement element(String testId) {
      return focused().findElement(By.cssSelector("[data-testid=" + testId + "]"));
    }

    /** Types into the field with a {@code data-testid}, in place of what it held. */
    void fill(String testId, String text) {
      WebElement field = element(testId);
      field.clear();
      field.sendKeys(text);
    }

    /** Makes the page so large, in CSS pixels, whatever the window is. */
    void resize(int width, int height, boolean mobile) {
      focused()
          .executeCdpCommand(
              "Emulation.setDeviceMetricsOverride",
              Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
    }

    /** Writes what the window shows to a PNG file. */
    void screenshot(Path file) {
      try {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, focused().getScreenshotAs(OutputType.BYTES));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
