/* Decodes every body of a message, tells their sizes, then times itself. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int show;

static void walk(GMimeObject *object) {
    if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multipart = (GMimeMultipart *) object;
        for (int n = 0; n < g_mime_multipart_get_count(multipart); n++)
            walk(g_mime_multipart_get_part(multipart, n));
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage *message = g_mime_message_part_get_message((GMimeMessagePart *) object);
        if (message != NULL)
            walk(g_mime_message_get_mime_part(message));
    } else if (GMIME_IS_PART(object)) {
        GMimeDataWrapper *content = g_mime_part_get_content((GMimePart *) object);
        GMimeStream *stream = g_mime_stream_mem_new();
        if (content != NULL)
            g_mime_data_wrapper_write_to_stream(content, stream);
        if (show)
            printf("%ld ", (long) g_mime_stream_length(stream));
        g_object_unref(stream);
    }
}

static void work(const char *mail, size_t size) {
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail, size);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    walk(g_mime_message_get_mime_part(message));
    g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
}

int main(int argc, char **argv) {
    char *mail;
    size_t size;
    if (argc < 3 || !g_file_get_contents(argv[1], &mail, &size, NULL))
        return 2;
    g_mime_init();
    show = 1;
    work(mail, size);
    printf("\n");
    show = 0;
    for (int n = atoi(argv[2]); n > 0; n--) {
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        work(mail, size);
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf("%ld\n", (end.tv_sec - start.tv_sec) * 1000000000L + end.tv_nsec - start.tv_nsec);
    }
    return 0;
}
