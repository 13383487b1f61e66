/* Markets as a person would name them on the command line. Main thread. */
#ifndef BOOKTOP_SRC_APP_CHOICES_H
#define BOOKTOP_SRC_APP_CHOICES_H

#include "booktop/market/catalogue.h"

#define CHOICE_NAME_SIZE 512

/* venue:slug, or venue:symbol where there is no slug; sanitized. */
void choice_name(const struct instrument *instrument, char name[CHOICE_NAME_SIZE]);

/* The markets of a list that was answered where one was meant: on standard error. */
void choices_print(const struct catalogue *catalogue);

#endif
