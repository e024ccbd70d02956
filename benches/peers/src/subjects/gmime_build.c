/* Builds a message of a text, perhaps HTML and perhaps a file, writes it once to a file, then times itself. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct { char *octets; gsize size; } Octets;

static Octets take(const char *path) {
    Octets taken = {NULL, 0};
    g_file_get_contents(path, &taken.octets, &taken.size, NULL);
    return taken;
}

static GMimeObject *text(const char *subtype, Octets body, int encoded) {
    GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);
    g_mime_text_part_set_text(part, body.octets);
    if (encoded)
        g_mime_part_set_content_encoding((GMimePart *) part, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return (GMimeObject *) part;
}

static GMimeObject *file(Octets body) {
    GMimePart *part = g_mime_part_new_with_type("application", "octet-stream");
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(body.octets, body.size);
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
    g_mime_part_set_filename(part, "data.bin");
    g_object_unref(content);
    g_object_unref(stream);
    return (GMimeObject *) part;
}

static GMimeObject *both(const char *subtype, GMimeObject *first, GMimeObject *second) {
    GMimeMultipart *parts = g_mime_multipart_new_with_subtype(subtype);
    g_mime_multipart_add(parts, first);
    g_mime_multipart_add(parts, second);
    g_object_unref(first);
    g_object_unref(second);
    return (GMimeObject *) parts;
}

static GMimeStream *work(Octets plain, Octets html, Octets data, const char *subject, gint64 seconds,
                         GMimeFormatOptions *format) {
    GMimeMessage *message = g_mime_message_new(TRUE);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, "Some Body", "some.body@example.net");
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, "J\xc3\xbcrgen Reader", "reader@example.org");
    g_mime_message_set_subject(message, subject, "utf-8");
    g_mime_message_set_message_id(message, "1234@example.net");
    GDateTime *date = g_date_time_new_from_unix_utc(seconds);
    g_mime_message_set_date(message, date);
    g_date_time_unref(date);
    GMimeObject *body = text("plain", plain, html.octets != NULL);
    if (html.octets != NULL)
        body = both("alternative", body, text("html", html, 1));
    if (data.octets != NULL)
        body = both("mixed", body, file(data));
    g_mime_message_set_mime_part(message, body);
    g_object_unref(body);
    GMimeStream *out = g_mime_stream_mem_new();
    g_mime_object_write_to_stream((GMimeObject *) message, format, out);
    g_object_unref(message);
    return out;
}

int main(int argc, char **argv) {
    if (argc < 8)
        return 2;
    g_mime_init();
    Octets plain = take(argv[1]), html = take(argv[2]), data = take(argv[3]);
    GMimeFormatOptions *format = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
    gint64 seconds = atoll(argv[5]);
    GMimeStream *out = work(plain, html, data, argv[4], seconds, format);
    GByteArray *written = g_mime_stream_mem_get_byte_array((GMimeStreamMem *) out);
    g_file_set_contents(argv[6], (char *) written->data, written->len, NULL);
    g_object_unref(out);
    for (int n = atoi(argv[7]); n > 0; n--) {
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        g_object_unref(work(plain, html, data, argv[4], seconds, format));
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf("%ld\n", (end.tv_sec - start.tv_sec) * 1000000000L + end.tv_nsec - start.tv_nsec);
    }
    return 0;
}
