package dev.millrace.model.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HtmlTextTests {
    @Test
    void rendersBlocksAsLines() {
        assertThat(text("<h1>Title</h1><p>One\n  two</p><ul><li>a<li>b</ul>c<br>d&nbsp;&amp;&eacute;"))
                .isEqualTo("Title\nOne two\na\nb\nc\nd &é");
    }

    @Test
    void parsesCellsApart() {
        assertThat(text("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"))
                .isEqualTo("a b\nc");
    }

    @Test
    void joinsWordsThatTagsAndCommentsPart() {
        assertThat(text("vi<!-- x -->ag<b>ra</b>")).isEqualTo("viagra");
    }

    @Test
    void leavesOutWhatIsNotShown() {
        assertThat(text("<html><head><title>t</title><style>p{}</style></head><body><script>s()</script>"
                        + "<p hidden>a</p><p style='Display : none'>b</p><span style='font-size:0'>c</span>"
                        + "<p style='font-size:0.9em'>seen</p></body></html>"))
                .isEqualTo("seen");
    }

    @Test
    void countsWhatIsNotText() {
        var markup = HtmlText.render(
                        "<body bgcolor=red><font>x</font><img src=a><img src=b>"
                                + "<form action='http://f.example/'><input></form><a href=' http://l.example/ '>here</a><a name=x>y</a>")
                .markup();

        assertThat(markup.fonts()).isEqualTo(2);
        assertThat(markup.images()).isEqualTo(2);
        assertThat(markup.forms()).isEqualTo(2);
        assertThat(markup.links())
                .containsExactly(
                        new Markup.Link("http://f.example/", ""), new Markup.Link("http://l.example/", "here"));
    }

    private static String text(String html) {
        return HtmlText.render(html).text();
    }
}
