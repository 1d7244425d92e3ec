package io.gradwatch.agent;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.gradwatch.demo.Shift;
import io.gradwatch.http.StatusServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page in a browser, behind a prefix, with the readings of a drift. */
@SuppressWarnings("NullAway.Init") // set before all tests
class PageTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "/team/gradwatch";

  private static Chromium chromium;
  private static DigitPage digits;
  private static StatusServer server;
  private static Prefix proxy;

  private final List<String> complaints = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();

  @BeforeAll
  static void drift() throws Exception {
    chromium = Chromium.start();
    PlaywrightAssertions.setDefaultAssertionTimeout((double) PATIENCE.toMillis());
    digits = new DigitPage().drifted();
    server = digits.serve(0, true);
    proxy = new Prefix(0, PREFIX, server.port());
    // The first one to look has the pictures drawn.
    await()
        .atMost(PATIENCE)
        .until(() -> !get(server, "/api/pictures?model=digits").contains("\"pending\":true"));
  }

  @AfterAll
  static void close() throws Exception {
    for (AutoCloseable opened : new AutoCloseable[] {proxy, digits, chromium}) {
      if (opened != null) {
        opened.close();
      }
    }
  }

  @BeforeEach
  void listen() {
    complaints.clear();
    requests.clear();
  }

  @Test
  void drawsADriftBehindAPrefixAndAsksNobodyElse() {
    Page page = open(1600, ColorScheme.LIGHT);

    assertThat(page.locator("#models tbody tr")).containsText("■ drift");
    assertThat(page.locator(".sentence")).containsText("Drift since 2026-03-01 0");
    assertThat(page).hasTitle("■ drift – Gradwatch");
    assertThat(colours(page, ".evidence canvas")).as("the evidence is drawn").isGreaterThan(3);
    assertThat(colours(page, ".traffic canvas")).as("the traffic is drawn").isGreaterThan(3);
    assertThat(colours(page, ".map canvas")).as("the groups are drawn").isGreaterThan(20);
    assertThat(page.locator(".groups tbody tr")).hasCount(8);
    assertThat(page.locator(".layer img")).hasCount(8);
    assertThat(page.locator(".samples .pictures")).hasCount(10);
    assertThat(page.locator(".samples img")).hasCount(20);
    page.waitForFunction(
        "[...document.images].every(i => i.complete && i.naturalWidth > 2 && i.alt.length > 9)");

    assertThat(complaints).isEmpty();
    assertThat(requests)
        .allMatch(url -> url.startsWith(proxy.address()) || url.startsWith("data:"));
    assertThat(requests).contains(proxy.address() + "api/models").hasSizeGreaterThan(8);
  }

  @Test
  void showsTheNextWindowByItself() throws Exception {
    Page page = open(1000, ColorScheme.LIGHT);
    String before = page.locator(".windows tbody th").first().textContent();

    digits.window(Shift.ROTATED);

    Locator newest = page.locator(".windows tbody th").first();
    assertThat(newest).not().hasText(before);
    assertThat(newest.textContent()).isGreaterThan(before);
    assertThat(complaints).isEmpty();
  }

  /** More models than are open at first; one that is none of these begins to drift. */
  @Test
  void putsTheModelThatBeginsToDriftFirstAndOpensIt() throws Exception {
    ObjectNode list = (ObjectNode) JSON.readTree(get(server, "/api/models"));
    AtomicBoolean drifts = new AtomicBoolean();
    Page page = chromium.page(1000, 1000, ColorScheme.LIGHT);
    page.route(
        "**/api/models", route -> route.fulfill(json(several(list, drifts.get()).toString())));
    page.route(
        "**/api/model?*", route -> route.fulfill(json(uncheckedGet("/api/model?model=digits"))));
    page.navigate(proxy.address());
    Locator cards = page.locator("#cards > details");
    assertThat(cards).hasCount(5);
    assertThat(cards.first()).hasAttribute("id", "model-m0");
    assertThat(cards.last()).not().hasAttribute("open", "");

    drifts.set(true);

    assertThat(cards.first()).hasAttribute("id", "model-m4");
    assertThat(cards.first()).hasAttribute("open", "");
    assertThat(page.locator("#models tbody th").first()).hasText("m4");
  }

  private static ObjectNode several(ObjectNode list, boolean drifts) {
    ObjectNode made = list.deepCopy();
    ArrayNode rows = made.putArray("models");
    for (int i = 0; i < 5; i++) {
      ObjectNode row = list.path("models").get(0).deepCopy();
      rows.add(row.put("model", "m" + i).put("status", drifts && i == 4 ? "drift" : "stable"));
    }
    return made;
  }

  private static Route.FulfillOptions json(String body) {
    return new Route.FulfillOptions().setContentType("application/json").setBody(body);
  }

  private static String uncheckedGet(String path) {
    try {
      return get(server, path);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void saysThatTheAgentDoesNotAnswerAndGoesOnWhenItDoes() throws Exception {
    Page page = open(1000, ColorScheme.LIGHT);
    int port = proxy.port();
    proxy.close();
    assertThat(page.locator("#lost")).containsText("The agent does not answer since 20");
    assertThat(page.locator("#connection")).hasText("no connection");

    proxy = new Prefix(port, PREFIX, server.port());

    assertThat(page.locator("#lost")).isHidden();
    assertThat(page.locator("#connection")).containsText("up to date");
  }

  @Test
  void allTextsStandOutInLightAndInDark() {
    Page page = open(1600, ColorScheme.LIGHT);
    page.evaluate(OPEN_ALL);
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));

      assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
          .isEqualTo(scheme == ColorScheme.DARK ? "rgb(20, 24, 28)" : "rgb(255, 255, 255)");
      @SuppressWarnings("unchecked")
      List<String> faint = (List<String>) page.evaluate(CONTRAST);
      assertThat(faint).as("below 4.5 to 1 in %s, the level AA of WCAG", scheme).isEmpty();
    }
  }

  @Test
  void fitsTheWidthsThatPeopleHave() {
    Page page = open(1600, ColorScheme.LIGHT);
    page.evaluate(OPEN_ALL);
    for (int width : new int[] {1600, 1000, 390}) {
      page.setViewportSize(width, 900);

      // Charts follow in the frame after.
      page.waitForCondition(
          () -> width == (int) page.evaluate("document.documentElement.scrollWidth"));
    }
  }

  @Test
  void canBeReadWithoutAMouseAndWithoutPictures() {
    Page page = open(1000, ColorScheme.LIGHT);
    page.locator(".map canvas").focus();
    page.keyboard().press("ArrowLeft");
    String cell = page.locator(".cell").textContent();
    page.keyboard().press("ArrowDown");

    assertThat(cell).startsWith("conv1.weight, window until 2026-03-01");
    assertThat(page.locator(".cell")).containsText("conv1.bias");
    assertThat(page.locator(".cells tbody tr")).hasCount(8);
    assertThat(page.locator(".chart.evidence"))
        .hasAttribute("aria-label", Pattern.compile("Evidence of drift in \\d+ windows.*"));
    assertThat(page.locator("main, header, nav, h1")).hasCount(4);
    assertThat(page.evaluate("document.querySelectorAll('img:not([alt]), a:not([href])').length"))
        .isEqualTo(0);
  }

  @Test
  void showsNoSampleToThoseWhoMayNotSeeThem() throws Exception {
    StatusServer closed = digits.serve(0, false);
    String address = "/api/pictures?model=digits";
    await().atMost(PATIENCE).until(() -> !get(closed, address).contains("\"pending\":true"));

    String pictures = get(closed, address);

    assertThat(pictures)
        .contains("inference.digits-0@", "hidden", "conv1.weight")
        .doesNotContain("thumbnail", "saliency", "values");
    assertThat(get(closed, address + "&group=conv1.weight&unit=3"))
        .contains("Samples are hidden")
        .doesNotContain("inference.digits-0@", "thumbnail");
    assertThat(get(server, address)).as("of whom it is allowed").contains("thumbnail");
  }

  @Test
  void showsTheSamplesThatDriveAChosenUnit() {
    Page page = open(1000, ColorScheme.DARK);
    Locator samples = page.locator(".samples");
    samples.getByLabel("to").selectOption("conv1.weight");
    samples.getByLabel("unit").fill("3");
    page.keyboard().press("Enter");

    assertThat(samples.locator(".note"))
        .containsText(
            "Of the 64 newest requests, those that have most of the importance of unit 3 of conv1.weight.");
    assertThat(samples.locator(".weights img")).hasAttribute("alt", "weights of unit 3");
    assertThat(samples.locator("ol img")).hasCount(20);
    assertThat(samples.locator("ol")).containsText("inference.digits-0@");

    samples.getByLabel("unit").fill("400");
    page.keyboard().press("Tab");

    assertThat(samples.locator(".note")).containsText("conv1.weight has the units 0 to 7.");
    assertThat(samples.locator("li")).hasCount(0);
    assertThat(complaints).isEmpty();
    assertThat(requests)
        .contains(
            proxy.address() + "api/pictures?model=digits&kind=TRAFFIC&group=conv1.weight&unit=3");
  }

  @Test
  void leadsToTheReport() {
    Page page = open(1000, ColorScheme.LIGHT);
    page.getByText("Report for people who do not read metrics").click();

    assertThat(page.locator("h1")).containsText("relies on other parts");
    assertThat(page).hasURL(proxy.address() + "report?model=digits");
    assertThat(page.locator("svg").first()).isVisible();
    assertThat(page.locator("details tr").first()).isHidden();

    page.locator("a.figure").first().click();

    assertThat(page.locator("tr:target")).isVisible();
    assertThat(complaints).isEmpty();
    assertThat(requests)
        .allMatch(url -> url.startsWith(proxy.address()) || url.startsWith("data:"));
  }

  @Test
  void hasItsHistoryAgainAfterARestart() {
    assertThat(digits.history().ends()).hasSizeGreaterThan(30);
    assertThat(digits.restoredHistory()).isEqualTo(digits.history());
  }

  private Page open(int width, ColorScheme scheme) {
    Page page = chromium.page(width, 1000, scheme);
    page.onConsoleMessage(message -> complaints.add(message.type() + ": " + message.text()));
    page.onPageError(complaints::add);
    page.onRequest(request -> requests.add(request.url()));
    page.navigate(proxy.address());
    assertThat(page.locator("#connection")).containsText("up to date");
    assertThat(page.locator(".windows tbody tr").first()).isAttached();
    return page;
  }

  /** How many different colours a canvas shows. */
  private static int colours(Page page, String canvas) {
    return (int)
        page.locator(canvas)
            .first()
            .evaluate(
                "c => new Set(new Uint32Array(c.getContext('2d')"
                    + ".getImageData(0, 0, c.width, c.height).data.buffer)).size");
  }

  private static String get(StatusServer server, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
            BodyHandlers.ofString())
        .body();
  }

  private static final String OPEN_ALL =
      "document.querySelectorAll('details').forEach(d => { d.open = true; })";

  /** Texts whose colour is too near to what lies behind them. */
  private static final String CONTRAST =
      """
      () => {
        const parse = (text) => text.match(/[\\d.]+/g).map(Number);
        const light = (colour) => colour.slice(0, 3).map((value) => value / 255)
          .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
          .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
        const behind = (node) => {
          for (let at = node; at; at = at.parentElement) {
            const colour = parse(getComputedStyle(at).backgroundColor);
            if (colour.length === 3 || colour[3] > 0) return colour;
          }
          return [255, 255, 255];
        };
        const faint = [];
        for (const node of document.querySelectorAll('body *:not(script):not(noscript)')) {
          const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
          if (!own || !node.checkVisibility()) continue;
          const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (ratio < 4.5) faint.push(`${node.tagName} ${node.className} ${ratio.toFixed(2)} ${node.textContent.slice(0, 30)}`);
        }
        return faint;
      }
      """;
}
